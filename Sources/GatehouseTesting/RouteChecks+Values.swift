import FoundationEssentials
import Web

extension RouteChecks {
    /// Every route can store the longest texts, the words and the extreme numbers that its fields accept. So no column
    /// is narrower than its field.
    ///
    /// The check sends the example of the document once for each field and value, as an administrator. If the path
    /// names a row, the caller creates one first, where the document has a `POST` for it. Texts that a pattern refuses
    /// are not checked.
    public func valuesThatCannotBeStored() throws -> [String] {
        var faults: [String] = []
        for operation in operations {
            guard let method = HTTPMethod(operation.method.uppercased()), let example = example(of: operation.value)
            else { continue }
            let fields = operation.value["requestBody"].flatMap(schema)?["properties"]?.members ?? []
            for field in fields {
                let caller = try TestUser(in: app, email: "\(UUID())@example.com", role: "admin")
                let path = operation.path.replacing("{id}", with: row(of: operation.path, by: caller))
                let failed = Self.extremes(of: field.value).first { value in
                    let body = example.members.filter { $0.name != field.name } + [.init(field.name, value)]
                    return app.send(method, path, .object(body), token: caller.token).status.code >= 500
                }
                guard let failed else { continue }
                faults.append(
                    "\(method) \(operation.path) cannot store \(field.name) with \(Self.words(about: failed))")
            }
        }
        return faults
    }

    private func example(of operation: JSON) -> JSON? {
        operation["requestBody"]?["content"]?["application/json"]?["example"]
    }

    /// The id of a new row of the caller; an unknown id if the document does not show how to create one.
    private func row(of path: String, by caller: TestUser) -> String {
        let unknown = UUID().uuidString
        guard path.hasSuffix("/{id}"), let collection = path.firstRange(of: "/{id}").map({ path[..<$0.lowerBound] }),
            let post = document["paths"]?[String(collection)]?["post"], let example = example(of: post)
        else { return unknown }
        return app.send(.post, String(collection), example, token: caller.token).id?.uuidString ?? unknown
    }

    /// Values at the limits of a schema.
    private static func extremes(of schema: JSON) -> [JSON] {
        if let items = schema["items"] { return extremes(of: items).map { .array([$0]) } }
        if case .array(let words)? = schema["enum"] { return words }
        if let length = schema["maxLength"]?.integer {
            // Code points of four bytes, and texts that patterns of words and numbers accept.
            let texts = ["\u{10348}", "a", "A", "1"].map { String(repeating: $0, count: length) }
            let start = "https://example.com/"
            return (texts + [start + String(repeating: "a", count: max(0, length - start.count))]).map { .string($0) }
        }
        return [schema["minimum"], schema["maximum"]].compactMap(\.self)
    }

    private static func words(about value: JSON) -> String {
        switch value {
        case .array(let elements): "elements such as \(elements.map(words).joined())"
        case .string(let text) where text.count > 40: "\(text.unicodeScalars.count) characters"
        default: "the value \(String(decoding: value.text(), as: UTF8.self))"
        }
    }
}
