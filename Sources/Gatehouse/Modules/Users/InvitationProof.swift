/// How somebody who makes an account for themselves shows that they are invited to an organization.
enum InvitationProof: Sendable {
    case none
    /// By the token of the mailed link, of which this is the hash.
    case token(hash: [UInt8])
    /// By the address, which a provider has verified.
    case address

    init(tokenHash: [UInt8]?) {
        self = tokenHash.map { .token(hash: $0) } ?? .none
    }

    var tokenHash: [UInt8]? {
        if case .token(let hash) = self { hash } else { nil }
    }
}
