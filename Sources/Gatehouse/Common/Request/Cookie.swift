import Web

/// A cookie that only this origin sets and gets, over TLS, and no script reads (RFC 6265bis, section 4.1.3.2: `__Host-`).
struct Cookie: Sendable {
    /// With its prefix `__Host-`.
    let name: String
    /// How long a browser keeps it, in seconds.
    let lifetime: Int

    /// The `Set-Cookie` field that sets it.
    func set(_ value: String) -> HTTPField {
        field(value, maximumAge: lifetime)
    }

    /// The `Set-Cookie` field that removes it.
    var removal: HTTPField {
        field("", maximumAge: 0)
    }

    /// Its value in a request.
    /// - Throws: `VALIDATION_ERROR` where the name comes twice: browsers send `__Host-` cookies once, so somebody added one.
    func read(_ headers: HTTPFields) throws(APIError) -> String? {
        let pairs = headers[values: .cookie].flatMap { $0.split(atByte: UInt8(ascii: ";")) }
        let values = pairs.compactMap { pair -> String? in
            let parts = pair.split(atByte: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].withoutOptionalWhitespace.hasSameBytes(as: name) else { return nil }
            return String(parts[1].withoutOptionalWhitespace)
        }
        guard values.count < 2 else {
            throw APIError(.validation, details: [Fault("Cookie", "repeated", "Must hold \(name) once.")])
        }
        return values.first
    }

    private func field(_ value: String, maximumAge: Int) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name)=\(value); Path=/; Max-Age=\(maximumAge); Secure; HttpOnly; SameSite=Strict")
    }
}
