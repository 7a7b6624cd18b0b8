import Web

extension RouteChecks {
    /// Every route takes the longest body that its fields accept, even with all characters escaped. Every text and
    /// every array has a maximum. Forms are left out, since other programs make them, with fields of their own.
    public func bodiesThatDoNotFit() -> [String] {
        operations.compactMap { operation in
            guard let body = operation.value["requestBody"], let limit = body["x-maximum-bytes"]?.integer,
                body["content"]?["application/json"] != nil
            else { return nil }
            let name = "\(operation.method.uppercased()) \(operation.path)"
            guard let longest = schema(of: body).flatMap(longest) else {
                return "\(name) has a field without a maximum in its schema"
            }
            return longest <= limit ? nil : "\(name) takes bodies of \(limit) bytes, but its fields up to \(longest)"
        }
    }

    func schema(of body: JSON) -> JSON? {
        let reference = body["content"]?["application/json"]?["schema"]?["$ref"]?.string
        return reference?.split(separator: "/").last.flatMap { document["components"]?["schemas"]?[String($0)] }
    }

    /// The bytes of the longest acceptable value: each code point as two escaped UTF-16 units, or as one in fields of
    /// ASCII words, with quotes, commas and a little white space; `nil` if the schema has no maximum.
    private func longest(_ schema: JSON) -> Int? {
        if let fields = schema["properties"]?.members {
            let values = fields.map { field in longest(field.value).map { 12 * field.name.utf8.count + 8 + $0 } }
            return values.contains(nil) ? nil : values.compactMap(\.self).reduce(4, +)
        }
        if let items = schema["items"] {
            guard let count = schema["maxItems"]?.integer, let item = longest(items) else { return nil }
            return count * (item + 2)
        }
        if case .array(let words)? = schema["enum"] {
            return 6 * (words.compactMap { $0.string?.utf8.count }.max() ?? 0)
        }
        if let count = schema["maxLength"]?.integer { return 12 * count + 2 }
        switch schema["format"] {
        case "uuid": return 6 * 36 + 2
        case "date-time": return 6 * 40 + 2
        default:
            let types = schema["type"].map { $0.string == nil ? $0.elements : [$0] } ?? []
            return !types.isEmpty && types.allSatisfy { Self.short.contains($0) } ? 32 : nil
        }
    }

    /// The types whose values have at most 32 bytes.
    private static let short: [JSON] = ["boolean", "integer", "null"]
}
