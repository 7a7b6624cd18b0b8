import Web

/// A user or address that a job is about. Erasing an account deletes the jobs about it and about its address, whatever
/// their payloads look like.
public enum JobSubject: Hashable, Sendable {
    /// A user, by the internal id.
    case user(UInt64)
    /// An e-mail address as compared (`EmailAddress.key`), with or without an account.
    case address(String)

    /// An e-mail address as entered, in any spelling.
    public static func address(entered text: String) -> JobSubject {
        .address(EmailAddress(text)?.key ?? text)
    }

    /// The form in the column: `user:12`, `address:ada@example.com`.
    var text: String {
        switch self {
        case .user(let id): "user:\(id)"
        case .address(let address): "address:\(address)"
        }
    }
}

extension [JobSubject] {
    /// The form in the column: a JSON array.
    var column: String { String(decoding: JSON.array(map { .string($0.text) }).text(), as: UTF8.self) }
}
