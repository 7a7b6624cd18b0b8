import HTTPTypes

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

    /// Its value in a request; the first, where the name stands twice.
    func read(_ headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
                return String(parts[1])
            }
        }
        return nil
    }

    private func field(_ value: String, maximumAge: Int) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name)=\(value); Path=/; Max-Age=\(maximumAge); Secure; HttpOnly; SameSite=Strict")
    }
}
