import Web

/// A cookie that only this origin can set and get, over TLS, and scripts cannot read (RFC 6265bis, section 4.1.3.2:
/// `__Host-`).
struct Cookie: Sendable {
    /// The name, with its prefix `__Host-`.
    let name: String
    /// The time for which a browser keeps it, in seconds.
    let lifetime: Int
    /// The requests of other sites with which a browser sends it.
    var sameSite = SameSite.strict

    /// The restriction to requests of the same site (RFC 6265bis, section 5.6.7).
    enum SameSite: String {
        /// With none.
        case strict = "Strict"
        /// With links and redirections that open a page.
        case lax = "Lax"
    }

    /// The `Set-Cookie` field that sets it.
    func set(_ value: String) -> HTTPField {
        field(value, maximumAge: lifetime)
    }

    /// The `Set-Cookie` field that removes it.
    var removal: HTTPField {
        field("", maximumAge: 0)
    }

    /// Its value in a request.
    /// - Throws: `VALIDATION_ERROR` if the name occurs twice: browsers send a `__Host-` cookie once, so somebody added
    ///   one.
    func read(_ headers: HTTPFields) throws(APIError) -> String? {
        guard let field = headers[.cookie] else { return nil }
        var found: String?
        for pair in field.split(atByte: UInt8(ascii: ";")) {
            guard let mark = pair.utf8.firstIndex(of: UInt8(ascii: "=")),
                pair[..<mark].withoutOptionalWhitespace.hasSameBytes(as: name)
            else { continue }
            guard found == nil else {
                throw APIError(.validation, details: [Fault("Cookie", "repeated", "Must contain \(name) only once.")])
            }
            found = String(Substring(pair.utf8[mark...].dropFirst()).withoutOptionalWhitespace)
        }
        return found
    }

    private func field(_ value: String, maximumAge: Int) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name)=\(value); Path=/; Max-Age=\(maximumAge); Secure; HttpOnly; SameSite=\(sameSite.rawValue)")
    }
}
