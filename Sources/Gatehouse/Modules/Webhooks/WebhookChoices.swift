import Web

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
