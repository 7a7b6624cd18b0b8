extension HTTPFields {
    /// Fields that the program reads as a single value.
    static let singleNames: [HTTPFieldName] = [
        .accessControlRequestMethod, .authorization, .contentType, .idempotencyKey, .origin, .requestID, .secFetchSite,
        .userAgent,
    ]

    /// Refuses a request that has one of these fields twice, since programs differ in which of the two they use (RFC
    /// 9110, section 5.3). Newer versions of nginx join the values with commas, which only `User-Agent` of these fields
    /// may contain.
    /// - Throws: `APIError` with a fault for each.
    package func requireSingleFields() throws(APIError) {
        var (seen, repeated) = (0, 0)
        var next = line(at: 0)
        while let line = next {
            if let index = Self.singleNames.firstIndex(where: { has($0, line) }) {
                repeated |= seen & 1 << index
                seen |= 1 << index
            }
            next = self.line(at: line.end)
        }
        guard repeated != 0 else { return }
        let names = Self.singleNames.enumerated().filter { repeated & 1 << $0.offset != 0 }
        throw APIError(
            .validation, details: names.map { Fault($0.element.text, "repeated", "Must be given once.") })
    }
}

extension Substring {
    /// This part of a header field without the spaces and tabs around it (OWS, RFC 9110, section 5.6.3).
    package var withoutOptionalWhitespace: Substring {
        let rest = utf8.drop(while: \.isOptionalWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isOptionalWhitespace }) else { return Substring(rest) }
        return Substring(rest[...last])
    }
}
