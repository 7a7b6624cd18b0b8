import Web

/// The refresh token as a cookie.
enum RefreshCookie {
    static let cookie = Cookie(name: "__Host-gatehouse_refresh", lifetime: Session.idleDays * 86_400)

    /// Refuses a call by cookie from another origin: `Sec-Fetch-Site` must be `same-origin`, or, from browsers without
    /// it, `Origin` must be our own.
    /// - Throws: `FORBIDDEN`.
    static func requireSameOrigin(_ headers: HTTPFields, as origin: String) throws(APIError) {
        let isSameOrigin =
            headers[.secFetchSite].map { $0.hasSameBytes(as: "same-origin") }
            ?? (headers[.origin]?.hasSameBytes(as: origin) == true)
        guard isSameOrigin else {
            throw APIError(.forbidden, "The refresh cookie is for pages of \(origin) only.")
        }
    }
}
