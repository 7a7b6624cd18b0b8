import Web

extension RefreshCookie {
    /// The header fields that remove the cookie of a request whose session has ended; empty if there is no cookie, or
    /// several, or the session is live.
    static func removalOfDead(_ call: Call) throws -> HTTPFields {
        guard let text = try? cookie.read(call.request.headers) else { return [:] }
        let token = OpaqueToken(.refresh, text)
        let session = try token.flatMap { try RefreshTokenRepository.session(of: $0, in: call.db) }
        return session?.isLive == true ? [:] : HTTPFields([cookie.removal])
    }
}
