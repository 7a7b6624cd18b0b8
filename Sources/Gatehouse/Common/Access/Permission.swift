public import Database
public import Web

extension Field where Value == Permission {
    /// One of some permissions. The schema says what each allows.
    static func permission(among choices: [PermissionDeclaration]) -> Field {
        let words = choices.map(\.permission.rawValue)
        let meanings = choices.map { "- `\($0.permission.rawValue)`: \($0.summary)." }
        let schema: JSON = [
            "type": "string", "enum": .array(words.map { .string($0) }),
            "description": .string(meanings.joined(separator: "\n")),
        ]
        return Field(schema: schema, standIn: Permission(rawValue: "")) { json in
            guard let word = json.string else { return .failure(.type("a string", found: json)) }
            guard let choice = choices.map(\.permission).first(where: { $0.rawValue.hasSameBytes(as: word) }) else {
                return .failure(Rejection("choice", "Must be one of \(words.joined(separator: ", "))."))
            }
            return .success(choice)
        }
    }
}

/// A column holds permissions as words with a space between them (as `scope` in RFC 6749, section 3.3).
extension Set: SQLValue, ColumnDecodable where Element == Permission {
    /// The words in order.
    var words: [String] { map(\.rawValue).sorted() }

    /// The words in one text.
    public var sqlValue: SQLBinding { .text(words.joined(separator: " ")) }

    /// The permissions of such a text.
    public static func decoded(from column: ColumnValue) -> Set? {
        guard case .text(let text) = column else { return nil }
        return Set(
            text.split(separator: UInt8(ascii: " ")).map { Permission(rawValue: String(decoding: $0, as: UTF8.self)) })
    }
}

/// Answers hold permissions as their words in order.
extension Set: ResponseValue where Element == Permission {
    /// None.
    public static var example: Set { [] }
    /// An array of strings.
    public static func schema(in components: inout Components) -> JSON { [String].schema(in: &components) }
    /// The words.
    public func render(to output: inout Output) { words.render(to: &output) }
}
