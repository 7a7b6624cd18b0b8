import Web

/// Whom a job is about. With the person goes the job: an account that is erased takes the jobs about it and about its
/// address along, whatever their payloads look like.
public enum JobSubject: Hashable, Sendable {
    /// A user, by the internal id.
    case user(UInt64)
    /// An e-mail address, as somebody entered it or as it is compared (`EmailAddress.key`). It need not have an
    /// account.
    case address(String)

    /// As the column holds it: `user:12`, `address:ada@example.com`.
    var text: String {
        switch self {
        case .user(let id): "user:\(id)"
        case .address(let address): "address:\(address)"
        }
    }
}

extension [JobSubject] {
    /// As the column holds them: an array of JSON.
    var column: String { String(decoding: JSON.array(map { .string($0.text) }).text(), as: UTF8.self) }
}
