public import FoundationEssentials

extension Field where Value == UUID {
    /// A UUID in its 36-character form (RFC 9562, section 4), in either case.
    public static let uuid = Field(schema: ["type": "string", "format": "uuid"], standIn: UUID()) { json in
        guard let text = json.string else { return .failure(.type("a string", found: json)) }
        guard let id = UUID(text: text) else { return .failure(Rejection("format", "Must be a UUID.")) }
        return .success(id)
    }
}
