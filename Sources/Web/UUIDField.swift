public import FoundationEssentials

extension Field where Value == UUID {
    /// A UUID in its 36-character form (RFC 9562, section 4), in either case.
    public static let uuid = Field(schema: ["type": "string", "format": "uuid"], standIn: UUID()) { json in
        guard let text = json.string else { return .failure(.type("a string", found: json)) }
        guard text.utf8.count == 36, text.utf8.enumerated().allSatisfy(isInPlace), let id = UUID(uuidString: text)
        else {
            return .failure(Rejection("format", "Must be a UUID."))
        }
        return .success(id)
    }

    /// Whether a byte may stand at its offset: `UUID(uuidString:)` takes blanks and signs for digits.
    private static func isInPlace(_ offset: Int, _ byte: UInt8) -> Bool {
        [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : byte.hexDigit != nil
    }
}
