import FoundationEssentials
import JOSE
import Web

/// A verified `id_token` (OpenID Connect Core 1.0, sections 2 and 3.1.3.7).
struct IDToken {
    let claims: JSON
    let subject: String
    /// When the user proved at the provider who they are, if it tells.
    let authenticatedAt: Date?

    /// The values that a token must match.
    struct Expectation {
        let provider: Provider
        let nonce: String
        /// The time from which on the user must have proved who they are, if the token tells when they did; `nil` if
        /// that was not asked for.
        let authenticatedSince: Date?
        /// The issuer that the answer named, if the token must have the same.
        var answeringIssuer: String?
        let now: Date
    }

    /// The tolerated difference of clocks, in seconds.
    static let skew = 60.0

    /// Whether a token names a key that a key set lacks, so the set may be outdated.
    static func namesAnotherKey(_ text: String, than keys: ProviderKeys) -> Bool {
        guard let token = try? JWS(text) else { return false }
        return keys.keys(for: token).isEmpty
    }

    /// Verifies a token: the signature first, then who issued it, for whom, when, and for which attempt.
    init(_ text: String, verifiedBy keys: ProviderKeys, _ expected: Expectation) throws(ProviderFailure) {
        guard let token = try? JWS(text) else { throw .refused(.token) }
        let payloads = keys.keys(for: token).compactMap { try? token.payload(verifiedBy: $0, type: nil) }
        guard let payload = payloads.first else { throw .refused(.signature) }
        guard let claims = try? JSON(parsing: payload), case .object = claims else { throw .refused(.token) }
        self.claims = claims
        try Self.checkParties(claims, expected.provider)
        if let answering = expected.answeringIssuer, claims["iss"]?.string?.hasSameBytes(as: answering) != true {
            throw .refused(.issuer)
        }
        try Self.checkTimes(claims, expected)
        guard claims["nonce"]?.string?.hasSameBytes(as: expected.nonce) == true else { throw .refused(.nonce) }
        guard let subject = claims["sub"]?.string, Self.isSubject(subject) else { throw .refused(.subject) }
        self.subject = subject
        authenticatedAt = claims.time("auth_time")
        // A provider that tells no time has proved nothing anew, but may still sign the user in.
        if let since = expected.authenticatedSince, let authenticatedAt,
            authenticatedAt < since.addingTimeInterval(-Self.skew)
        {
            throw .refused(.authenticationTime)
        }
    }

    private static func checkParties(_ claims: JSON, _ provider: Provider) throws(ProviderFailure) {
        guard let issuer = claims["iss"]?.string, provider.accepts(issuer: issuer, claims) else {
            throw .refused(.issuer)
        }
        let audiences: [String]
        switch claims["aud"] {
        case .string(let audience): audiences = [audience]
        case .array(let elements): audiences = elements.compactMap(\.string)
        default: audiences = []
        }
        guard audiences.contains(where: { $0.hasSameBytes(as: provider.clientID) }) else { throw .refused(.audience) }
        let party = claims["azp"]
        guard party != nil || audiences.count == 1 else { throw .refused(.authorizedParty) }
        if let party, party.string?.hasSameBytes(as: provider.clientID) != true { throw .refused(.authorizedParty) }
    }

    private static func checkTimes(_ claims: JSON, _ expected: Expectation) throws(ProviderFailure) {
        let (earliest, latest) = (
            expected.now.addingTimeInterval(-skew), expected.now.addingTimeInterval(skew)
        )
        guard let expiry = claims.time("exp"), expiry > earliest else { throw .refused(.expired) }
        guard let issued = claims.time("iat"), issued <= latest else { throw .refused(.notYetValid) }
        if claims["nbf"] != nil {
            guard let start = claims.time("nbf"), start <= latest else { throw .refused(.notYetValid) }
        }
        if claims["auth_time"] != nil {
            guard let time = claims.time("auth_time"), time <= latest else { throw .refused(.authenticationTime) }
        }
    }

    /// Up to 255 visible ASCII characters (OpenID Connect Core 1.0, section 2).
    static func isSubject(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy(\.isVisibleASCII)
    }
}

extension JSON {
    /// A time in seconds since 1970 (RFC 7519, section 2, NumericDate), up to the year 9999.
    func time(_ name: String) -> Date? {
        let seconds: Double? =
            switch self[name] {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        return seconds.flatMap { (0..<253_402_300_800).contains($0) ? Date(timeIntervalSince1970: $0) : nil }
    }
}
