import Crypto
import Database
import FoundationEssentials
import JWTKit
import Synchronization
import Threads
import Web

/// What an access token says (RFC 9068, section 2.2; `sid` as in OpenID Connect Front-Channel Logout).
struct AccessClaims: JWTPayload {
    let iss: String
    let sub: String
    let sid: String
    let aud: String
    let iat: Int
    let exp: Int
    let role: String
    /// Names this one token; `nil` in those of releases that did not name them.
    let jti: String?
    /// Who asked for the token. Gatehouse knows no applications yet: sign-ins are the product's own.
    let clientID: String?

    /// The client of every token that a sign-in or a refresh of this API hands out.
    static let ownClient = "gatehouse"

    enum CodingKeys: String, CodingKey {
        case iss, sub, sid, aud, iat, exp, role, jti
        case clientID = "client_id"
    }

    /// Issuer, audience and time are checked by `AccessTokens`, on every use and not only on the first.
    func verify(using algorithm: some JWTAlgorithm) {}
}

/// Issues and verifies access tokens: JWT, ES256, `typ: at+jwt`, 15 minutes.
final class AccessTokens: Sendable {
    /// A token that verified: its claims, and the key it names.
    struct Verified: Sendable {
        let claims: AccessClaims
        let kid: String
        /// The ids of `sub` and `sid`.
        let user: UUID
        let session: UUID
    }

    /// How long a token is accepted, in seconds.
    static let lifetime = 900
    /// How far clocks may differ, in seconds.
    static let skew = 30

    private let keys: KeyRing
    private let issuer: String
    private let audience: String
    private let cache = Mutex(VerifiedTokens())

    init(keys: KeyRing, issuer: String, audience: String) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
    }

    /// Signs a token for a session.
    func issue(user: UUID, session: UUID, role: String, in db: Connection) throws -> String {
        let now = Date()
        let (ring, signer) = try keys.signer(at: now, in: db)
        let issuedAt = Int(now.timeIntervalSince1970)
        let claims = AccessClaims(
            iss: issuer, sub: user.uuidString.lowercased(), sid: session.uuidString.lowercased(), aud: audience,
            iat: issuedAt, exp: issuedAt + Self.lifetime, role: role, jti: OpaqueToken.randomName(),
            clientID: AccessClaims.ownClient)
        var header = JWTHeader()
        header.typ = "at+jwt"
        header.alg = "ES256"
        let (kid, collection, fields) = (JWKIdentifier(string: signer.kid), ring.collection, header)
        return try Bridge.wait { try await collection.sign(claims, kid: kid, header: fields) }
    }

    /// Checks the form, signature, issuer, audience and time of a token, which `BearerToken` has bounded.
    /// - Parameter evenIfExpired: whether a token that is good but for its time is taken too.
    /// - Throws: `UNAUTHORIZED`, or `TOKEN_EXPIRED` for a token that is good but for its time.
    func verify(_ token: String, evenIfExpired: Bool = false, in db: Connection) throws -> Verified {
        let digest = SHA256.hash(data: Data(token.utf8))
        let known = cache.withLock { $0[digest] }
        let verified = try known ?? verifySignature(token, in: db)
        let now = Int(Date().timeIntervalSince1970)
        guard verified.claims.iss == issuer, verified.claims.aud == audience else { throw APIError(.unauthorized) }
        guard verified.claims.iat <= now + Self.skew else { throw APIError(.unauthorized) }
        guard evenIfExpired || now < verified.claims.exp + Self.skew else { throw APIError(.tokenExpired) }
        if known == nil { cache.withLock { $0[digest] = verified } }
        return verified
    }

    private func verifySignature(_ token: String, in db: Connection) throws -> Verified {
        guard let header = Header(of: token) else { throw APIError(.unauthorized) }
        let ring = try keys.snapshot(knowing: header.kid, in: db)
        guard ring.knows(header.kid) else { throw APIError(.unauthorized) }
        let collection = ring.collection
        do {
            // It looks at the signature first, and only then at the claims.
            let claims = try Bridge.wait { try await collection.verify(token, as: AccessClaims.self) }
            guard let user = UUID(uuidString: claims.sub), let session = UUID(uuidString: claims.sid) else {
                throw APIError(.unauthorized)
            }
            return Verified(claims: claims, kid: header.kid, user: user, session: session)
        } catch {
            throw APIError(.unauthorized)
        }
    }

    /// What the header must say before a signature is looked at (RFC 8725, sections 3.1 and 3.11). All of it is ASCII.
    private struct Header {
        let kid: String

        init?(of token: String) {
            // Every part, not only this one: RFC 7515, section 2 knows no padding, and some decoders let it pass.
            let parts = token.split(atByte: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count == 3, parts.allSatisfy({ Base64URL.decode($0) != nil }),
                let bytes = Base64URL.decode(parts[0]), bytes.allSatisfy({ $0 < 0x80 }),
                let header = try? JSON(parsing: Array(bytes)),
                header["alg"]?.string?.hasSameBytes(as: "ES256") == true,
                header["typ"]?.string?.hasSameBytes(as: "at+jwt") == true, let kid = header["kid"]?.string
            else { return nil }
            self.kid = kid
        }
    }
}

/// Tokens whose signature was verified, by the SHA-256 of the whole token. Bounded: when one half is full, it takes the place
/// of the other, which is forgotten.
private struct VerifiedTokens {
    private var recent: [SHA256.Digest: AccessTokens.Verified] = [:]
    private var older: [SHA256.Digest: AccessTokens.Verified] = [:]
    private static let half = 10_000

    subscript(digest: SHA256.Digest) -> AccessTokens.Verified? {
        get { recent[digest] ?? older[digest] }
        set {
            if recent.count >= Self.half {
                older = recent
                recent = [:]
            }
            recent[digest] = newValue
        }
    }
}
