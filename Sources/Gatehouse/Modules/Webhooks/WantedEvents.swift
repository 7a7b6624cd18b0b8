import Database
import Web

/// The names of the events that a webhook wants; `*` stands for every event.
struct WantedEvents: Sendable, Equatable {
    let words: [String]
}

/// A column holds them with a comma between them, as FIND_IN_SET reads them.
extension WantedEvents: SQLValue, ColumnDecodable {
    var sqlValue: SQLBinding { .text(words.joined(separator: ",")) }

    static func decoded(from column: ColumnValue) -> WantedEvents? {
        guard case .text(let text) = column else { return nil }
        return WantedEvents(
            words: text.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) })
    }
}

extension WantedEvents: ResponseValue {
    static let example = WantedEvents(words: ["organization.member.joined"])

    static func schema(in components: inout Components) -> JSON { [String].schema(in: &components) }

    func render(to output: inout Output) { words.render(to: &output) }
}

/// What requests about webhooks can choose. It depends on the modules of the program and on its settings.
struct WebhookChoices: Sendable {
    /// The address of a receiver.
    let url: Field<String>
    /// The name of an event, or `*`.
    let event: Field<String>

    /// - Parameter allowsHTTP: whether `http` is acceptable. The document does not depend on it.
    init(events: [any PublishedEvent.Type], allowsHTTP: Bool) {
        url = Field.url(allowsHTTP: true).map(standIn: "") { url in
            allowsHTTP || url.utf8.dropFirst(4).first != UInt8(ascii: ":")
                ? .success(url) : .failure(Rejection("format", "Must be an https URL."))
        }
        let words = events.map { $0.word } + ["*"]
        let meanings = events.map { "- `\($0.word)`: \($0.summary)" } + ["- `*`: Every event."]
        event = Field(
            schema: [
                "type": "string", "enum": .array(words.map { .string($0) }),
                "description": .string(meanings.joined(separator: "\n")),
            ], standIn: "*"
        ) { json in
            guard let word = json.string else { return .failure(.type("a string", found: json)) }
            guard let name = words.first(where: { $0.hasSameBytes(as: word) }) else {
                return .failure(Rejection("choice", "Must be the name of an event, or *."))
            }
            return .success(name)
        }
    }
}
