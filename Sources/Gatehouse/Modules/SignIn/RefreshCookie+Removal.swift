import Web

extension RefreshCookie {
    /// What removes the cookie of a request whose session is over; nothing where there is no cookie, or several, or its
    /// session lives.
    static func removalOfDead(_ call: Call) throws -> HTTPFields {
        guard let text = try? cookie.read(call.request.headers) else { return [:] }
        let token = OpaqueToken(.refresh, text)
        let session = try token.flatMap { try RefreshTokenRepository.session(of: $0, in: call.db) }
        return session?.isLive == true ? [:] : HTTPFields([cookie.removal])
    }
}
