import Cryptography
import Database
import FoundationEssentials
import JOSE
import Threads
import Web

/// The claims of an access token (RFC 9068, section 2.2; `sid` as in OpenID Connect Front-Channel Logout).
struct AccessClaims: Sendable {
    let iss: String
    let sub: String
    let sid: String
    let aud: String
    let iat: Int
    let exp: Int
    let role: String
    /// The id of the token; `nil` in tokens of earlier releases.
    let jti: String?
    /// The client that requested the token. Gatehouse has no applications yet: all sign-ins are the product's own.
    let clientID: String?

    /// The client of all tokens from sign-ins and refreshes of this API.
    static let ownClient = "gatehouse"
}

extension AccessClaims {
    /// Reads the payload of a token; `nil` if a claim is missing or has another type.
    init?(_ payload: JSON) {
        guard let iss = payload["iss"]?.string, let sub = payload["sub"]?.string, let sid = payload["sid"]?.string,
            let aud = payload["aud"]?.string, let iat = payload["iat"]?.integer, let exp = payload["exp"]?.integer,
            let role = payload["role"]?.string
        else { return nil }
        for name in ["jti", "client_id"] {
            if let value = payload[name], value.string == nil { return nil }
        }
        self.init(
            iss: iss, sub: sub, sid: sid, aud: aud, iat: iat, exp: exp, role: role, jti: payload["jti"]?.string,
            clientID: payload["client_id"]?.string)
    }

    /// The payload of a token.
    var json: JSON {
        var members = [
            JSON.Member("iss", .string(iss)), JSON.Member("sub", .string(sub)), JSON.Member("sid", .string(sid)),
            JSON.Member("aud", .string(aud)), JSON.Member("iat", .integer(iat)), JSON.Member("exp", .integer(exp)),
            JSON.Member("role", .string(role)),
        ]
        if let jti { members.append(JSON.Member("jti", .string(jti))) }
        if let clientID { members.append(JSON.Member("client_id", .string(clientID))) }
        return .object(members)
    }
}

/// Issues and verifies access tokens: JWT, ES256, `typ: at+jwt`, 15 minutes.
final class AccessTokens: Sendable {
    /// A token with a verified signature, of this issuer and for this audience: its claims and its key.
    final class Verified: Sendable {
        let claims: AccessClaims
        let kid: String
        /// The ids of `sub` and `sid`.
        let user: UUID
        let session: UUID

        fileprivate init(_ claims: AccessClaims, kid: String, user: UUID, session: UUID) {
            self.claims = claims
            self.kid = kid
            self.user = user
            self.session = session
        }
    }

    /// The lifetime of a token, in seconds.
    static let lifetime = 900
    /// The lifetime of the token's session, in days.
    static let sessionDays = 30
    /// The tolerated difference of clocks, in seconds.
    static let skew = 30
    /// The `typ` in the header (RFC 9068, section 2.1).
    private static let type = "at+jwt"

    private let keys: KeyRing
    private let issuer: String
    private let audience: String
    private let cache = Lock(VerifiedTokens())

    init(keys: KeyRing, issuer: String, audience: String) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
    }

    /// Signs a token for a session.
    /// - Parameter version: the number from `access_versions` that was read with the session; without it, the database
    ///   is asked whether the key still signs.
    func issue(
        user: UUID, session: UUID, role: String, at version: UInt64? = nil, in db: Connection
    ) throws -> String {
        let now = Date()
        let signer = try keys.signer(at: now, version: version, in: db)
        let issuedAt = Int(now.timeIntervalSince1970)
        let claims = AccessClaims(
            iss: issuer, sub: user.text, sid: session.text, aud: audience,
            iat: issuedAt, exp: issuedAt + Self.lifetime, role: role, jti: OpaqueToken.randomName(),
            clientID: AccessClaims.ownClient)
        return try JWS.sign(claims.json.text(), with: signer.jwk, type: Self.type)
    }

    /// Checks the form, signature, issuer, audience and time of a token, whose length `BearerToken` has bounded. The
    /// caller must check that its key is still accepted (`KeyRing.accepts`).
    /// - Parameter evenIfExpired: whether to accept an expired token that is otherwise valid.
    /// - Throws: `UNAUTHORIZED`, or `TOKEN_EXPIRED` for an expired token that is otherwise valid.
    func verify(_ token: ArraySlice<UInt8>, evenIfExpired: Bool = false, in db: Connection) throws -> Verified {
        let known = cache.withLock { $0.find(token) }
        let verified = try known ?? verifySignature(token, in: db)
        let now = Int(Date().timeIntervalSince1970)
        guard verified.claims.iat <= now + Self.skew else { throw APIError(.unauthorized) }
        guard evenIfExpired || now < verified.claims.exp + Self.skew else { throw APIError(.tokenExpired) }
        if known == nil { _ = cache.withLock { $0.remember(token, verified) } }
        return verified
    }

    private func verifySignature(_ token: ArraySlice<UInt8>, in db: Connection) throws -> Verified {
        guard let jws = try? JWS(String(decoding: token, as: UTF8.self)), let kid = jws.keyID else {
            throw APIError(.unauthorized)
        }
        guard let key = try keys.key(kid, in: db)?.jwk.publicKey,
            let payload = try? JSON(parsing: jws.payload(verifiedBy: key, type: Self.type)),
            let claims = AccessClaims(payload), claims.iss == issuer, claims.aud == audience,
            let user = UUID(text: claims.sub), let session = UUID(text: claims.sid)
        else { throw APIError(.unauthorized) }
        return Verified(claims, kid: kid, user: user, session: session)
    }
}

/// Tokens with a verified signature. A token is found by a keyed hash of its end, which is part of the signature, and
/// then compared byte by byte (ADR 24).
private struct VerifiedTokens {
    private var tokens = BoundedCache<Int, (token: [UInt8], verified: AccessTokens.Verified)>(half: 10_000)

    func find(_ token: ArraySlice<UInt8>) -> AccessTokens.Verified? {
        token.withUnsafeBytes { token in
            guard let found = tokens[Self.hash(token)],
                found.token.withUnsafeBytes({ isEqualInConstantTime($0, token) })
            else { return nil }
            return found.verified
        }
    }

    /// - Returns: the dropped entries.
    mutating func remember(
        _ token: ArraySlice<UInt8>, _ verified: AccessTokens.Verified
    ) -> [Int: (token: [UInt8], verified: AccessTokens.Verified)] {
        tokens.remember((Array(token), verified), for: token.withUnsafeBytes(Self.hash))
    }

    private static let endLength = 32

    private static func hash(_ token: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: token.suffix(endLength)))
        return hasher.finalize()
    }
}
