import Database
import FoundationEssentials
import Web

/// The token of a link in an invitation.
struct AcceptInvitation: RequestInput {
    let token: String

    init(from input: inout Input) {
        token = input.required("token", .token)
    }

    static let exampleBody: JSON? = ["token": .string("ghi_" + String(repeating: "A", count: 43))]
}

/// The organization and role of the new member.
struct AcceptedInvitation: ResponseObject {
    let organization: Organization

    func write(to output: inout Output) {
        output.field("organization", organization)
        output.field("role", organization.role)
    }

    static let example = AcceptedInvitation(organization: .example)
}

/// Makes the invited person a member. An invitation is for an address, so the caller's verified address must be that
/// one. It gives no more than its sender may give now.
struct InvitationAcceptance {
    let rule: SignInRule
    let hooks: Hooks

    func accept(_ input: AcceptInvitation, _ call: Call) throws -> Answer<AcceptedInvitation> {
        let caller = try call.signedIn
        guard let token = OpaqueToken(.invitation, input.token) else { throw APIError.unusableLink }
        let organization = try call.db.transaction { db in
            guard let offer = try InvitationRepository.find(token, in: db) else { throw APIError.unusableLink }
            let locked = try UserRepository.lock([caller.user.id, offer.sender.userID].compactMap(\.self), in: db)
            guard let user = locked.first(where: { $0.id == caller.user.id }) else { throw APIError(.tokenRevoked) }
            try require(user, toBe: offer.emailKey)
            try OrganizationRepository.lock([offer.organizationID], in: db)
            guard try Self.stillStands(offer, counting: rule, in: db), try !Self.hasLeft(user, since: offer, in: db),
                try InvitationRepository.consume(
                    token, of: offer, for: user.reference, by: call.actor, telling: hooks, in: db)
            else { throw APIError.unusableLink }
            return try join(user, offer, as: offer.role.ofMember, call, in: db)
        }
        return Answer(AcceptedInvitation(organization: organization))
    }

    private func require(_ user: User, toBe emailKey: String) throws(APIError) {
        guard user.emailVerifiedAt != nil else { throw APIError(.emailNotVerified) }
        guard user.emailKey == emailKey else {
            throw APIError(.forbidden, "This invitation is for another e-mail address.")
        }
    }

    /// Whether the sender may still give the offered role. During acceptance, the rows of the organization and of the
    /// sender are locked, so the result stays valid.
    static func stillStands(
        _ offer: InvitationRepository.Offer, counting rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> Bool {
        // An organization whose owners are all deleted is about to be deleted or to get another owner; until then
        // nobody can join it.
        guard try MemberRepository.hasOwner(offer.organizationID, counting: rule, in: db) else { return false }
        switch offer.sender {
        case .user(let id):
            guard let role = try MemberRepository.roleInUse(of: id, in: offer.organizationID, db) else { return false }
            return role >= max(.admin, offer.role.ofMember)
        case .key(let id): return try APIKeyRepository.administers(id, offer.organizationID, in: db)
        }
    }

    /// Whether a user left the organization, or was removed, after an invitation was sent to one of their addresses.
    /// The end of a membership revokes invitations to the current address, but not those to earlier ones.
    static func hasLeft(
        _ user: User, since offer: InvitationRepository.Offer, in db: Connection
    ) throws(DatabaseError) -> Bool {
        try Audit.has(
            [.memberRemoved, .memberLeft], target: user.publicID, organization: offer.organizationPublicID,
            since: offer.sentAt, in: db)
    }

    /// An existing member keeps their role.
    private func join(
        _ user: User, _ offer: InvitationRepository.Offer, as role: MemberRole, _ call: Call, in db: Connection
    ) throws -> Organization {
        let principal = try call.principal
        let earlier = try MembershipRepository.find(offer.organizationPublicID, of: principal, in: db)
        if earlier == nil {
            try Joining.add(user, to: offer.organization, as: role, by: call.actor, telling: hooks, in: db)
        }
        guard
            let organization = try OrganizationRepository.find(
                offer.organizationID, as: earlier?.role ?? role, in: db)
        else { throw APIError.unusableLink }
        return organization
    }
}
