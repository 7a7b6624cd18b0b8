/// The caller's name for a request that creates something, so that the same request sent again creates nothing more
/// (IETF draft "The Idempotency-Key HTTP Header Field").
package enum IdempotencyKey {
    /// Printable ASCII; if it is a quoted string, as in the draft, the quotes belong to the key.
    static let schema: JSON = ["type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"]

    /// The key of a request; `nil` if it has none.
    /// - Throws: `APIError` for a key of another form, or for several.
    package static func of(_ headers: HTTPFields) throws(APIError) -> String? {
        let keys = headers[values: .idempotencyKey]
        guard let key = keys.first else { return nil }
        guard keys.count == 1, (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            let fault = Fault("Idempotency-Key", "format", "Must be 1 to 255 printable ASCII characters, once.")
            throw APIError(.validation, details: [fault])
        }
        return key
    }
}
