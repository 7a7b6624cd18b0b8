import Database
import FoundationEssentials
import Web

/// Reads and changes the members of an organization and their roles. Nobody can give or take a role above their own,
/// and at least one owner who can sign in must remain.
struct MemberService {
    let lists: Lists
    let rule: SignInRule
    let hooks: Hooks

    @Sendable func list(_ input: ListMembers, _ call: Call) throws -> Answer<[Member]> {
        let organizationID = try call.membership.organizationID
        let range = MemberRepository.range(of: organizationID, for: input)
        let page = try lists.page(input.list, of: range, call)
        let members = try MemberRepository.find(page.ids, of: organizationID, in: call.db)
        return Answer(page.inOrder(members, by: \.id), meta: page.meta)
    }

    @Sendable func read(_ input: NamedMember, _ call: Call) throws -> Answer<Member> {
        let organizationID = try call.membership.organizationID
        return Answer(try MemberRepository.find(input.userID, of: organizationID, in: call.db).orNotFound())
    }

    func changeRole(_ input: ChangeMemberRole, _ call: Call) throws -> Answer<Member> {
        let member = try call.db.transaction { db in
            // A new owner must be able to sign in until the change is made; and accounts are locked before
            // organizations.
            let becomesOwner = input.role == .owner
            let canOwn = try !becomesOwner || UserRepository.lockSharedUsable(input.userID, by: rule, in: db)
            let organization = try OrganizationLock.take(call, atLeast: .admin, in: db)
            let member = try find(input.userID, of: organization, in: db)
            try call.requireVersion(of: member)
            try require(organization.role, toReach: max(member.role, input.role))
            if member.role == input.role { return member }
            guard canOwn else { throw Self.unusableAccount }
            try Leaving.setRole(member, to: input.role, in: organization, by: call.actor, telling: hooks, in: db)
            if member.role == .owner { try requireOwner(organization, in: db) }
            return try find(input.userID, of: organization, in: db)
        }
        return Answer(member)
    }

    func remove(_ input: NamedMember, _ call: Call) throws -> Answer<NoContent> {
        try call.db.transaction { db in
            let organization = try OrganizationLock.take(call, atLeast: .admin, in: db)
            let member = try find(input.userID, of: organization, in: db)
            try call.requireVersion(of: member)
            try require(organization.role, toReach: member.role)
            try remove(member, from: organization, because: .removed, call, in: db)
        }
        return Answer(NoContent())
    }

    func leave(_ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        try call.db.transaction { db in
            let organization = try OrganizationLock.take(call, atLeast: .viewer, in: db)
            let member = try find(caller.user.publicID, of: organization, in: db)
            try remove(member, from: organization, because: .left, call, in: db)
        }
        return Answer(NoContent())
    }

    func transferOwnership(_ input: TransferOwnership, _ call: Call) throws -> Answer<Member> {
        let caller = try call.user
        let member = try call.db.transaction { db in
            let canOwn = try UserRepository.lockSharedUsable(input.userID, by: rule, in: db)
            let organization = try OrganizationLock.take(call, atLeast: .owner, in: db)
            let (old, new) = (
                try find(caller.publicID, of: organization, in: db),
                try find(input.userID, of: organization, in: db)
            )
            guard new.id != old.id else { throw APIError(.conflict, "You are the owner already.") }
            guard canOwn else { throw Self.unusableAccount }
            let actor = try call.actor
            try Leaving.setRole(
                new, to: .owner, in: organization, because: .ownershipTransfer, by: actor, telling: hooks, in: db)
            try Leaving.setRole(old, to: .admin, in: organization, by: actor, telling: hooks, in: db)
            return try find(input.userID, of: organization, in: db)
        }
        return Answer(member)
    }

    private func find(_ user: UUID, of organization: Organization, in db: Connection) throws -> Member {
        try MemberRepository.find(user, of: organization.id, in: db).orNotFound()
    }

    private func require(_ own: MemberRole, toReach role: MemberRole) throws(APIError) {
        guard own >= role else { throw APIError(.forbidden, "Your role in this organization does not allow this.") }
    }

    private static var unusableAccount: APIError {
        APIError(
            .conflict,
            """
            Nobody can sign in to this member's account: it is suspended, has no password, or its address is not \
            verified.
            """
        )
    }

    private func remove(
        _ member: Member, from organization: Organization, because cause: MemberLeft.Cause, _ call: Call,
        in db: Connection
    ) throws {
        try Leaving.end(member, in: organization, because: cause, by: call.actor, telling: hooks, in: db)
        if member.role == .owner { try requireOwner(organization, in: db) }
    }

    /// Refuses a change that has left no owner.
    private func requireOwner(_ organization: Organization, in db: Connection) throws {
        guard try MemberRepository.hasOwner(organization.id, counting: rule, in: db) else { throw APIError(.lastOwner) }
    }
}
