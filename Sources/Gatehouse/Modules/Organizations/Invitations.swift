import Database
import FoundationEssentials
import Web

/// Invites people to an organization, whether or not they have an account.
struct Invitations {
    let lists: Lists
    let limits: Limits
    let hooks: Hooks

    func invite(_ input: InviteMember, _ call: Call) throws -> Answer<Invitation> {
        try limits.admitMail(to: input.email, call)
        let (principal, publicID) = (try call.principal, UUID.v7())
        let invitation = try call.db.transaction { db in
            // The row of an invitation refers to its sender, so the sender's account is locked too, before the
            // organization.
            if let inviter = principal.user {
                guard try UserRepository.lockSharedInUse(inviter.publicID, in: db) else {
                    throw APIError(.tokenRevoked)
                }
            }
            let organization = try OrganizationLock.take(call, atLeast: .admin, in: db)
            let emailKey = try UserRepository.key(of: input.email, in: db)
            guard try !MemberRepository.contains(emailKey: emailKey, of: organization.id, in: db) else {
                throw APIError(.conflict, "The owner of this address is a member already.")
            }
            return try InvitationRepository.put(
                publicID, to: input.email, emailKey, as: input.role,
                from: sender(principal, organization, in: db), of: organization.reference, by: call.actor,
                telling: hooks, in: db)
        }
        return Answer(created: invitation, as: invitation.publicID, call)
    }

    func list(_ input: ListInvitations, _ call: Call) throws -> Answer<[Invitation]> {
        let organizationID = try call.membership.organizationID
        let page = try lists.page(input.list, of: InvitationRepository.range(of: organizationID, for: input.list), call)
        let invitations = try InvitationRepository.find(page.ids, of: organizationID, in: call.db)
        return Answer(page.inOrder(invitations, by: \.id), meta: page.meta)
    }

    func read(_ input: NamedInvitation, _ call: Call) throws -> Answer<Invitation> {
        let organizationID = try call.membership.organizationID
        guard let invitation = try InvitationRepository.find(input.invitationID, of: organizationID, in: call.db) else {
            throw APIError(.notFound)
        }
        return Answer(invitation)
    }

    func revoke(_ input: NamedInvitation, _ call: Call) throws -> Answer<NoContent> {
        try call.db.transaction { db in
            let organization = try OrganizationLock.take(call, atLeast: .admin, in: db)
            guard
                try InvitationRepository.revoke(
                    input.invitationID, of: organization.reference, by: call.actor, telling: hooks, in: db)
            else { throw APIError(.notFound) }
        }
        return Answer(NoContent())
    }

    /// The sender of an invitation: the user, with a session or a key, or the organization's own key.
    private func sender(
        _ principal: Principal, _ organization: Organization, in db: Connection
    ) throws -> Invitation.Sender {
        if let userID = principal.userID { return .user(userID) }
        guard let key = principal.apiKey,
            let id = try APIKeyRepository.usable(key, of: organization.id, in: db)
        else { throw APIError(.tokenRevoked, "This API key was revoked.") }
        return .key(id)
    }
}

/// Sends the link that accepts an invitation. The token is made when the mail is sent, so it exists nowhere else.
struct SendInvitation: Job {
    static let kind = "organizations.send_invitation"

    let invitationID: UUID
    /// The invited address.
    let emailKey: String

    var subjects: [JobSubject] { [.address(emailKey)] }

    func run(_ context: JobContext) throws {
        let token = OpaqueToken(.invitation)
        guard
            let letter = try InvitationRepository.store(token, for: invitationID, emailKey: emailKey, in: context.db),
            let address = EmailAddress.stored(letter.email)
        else { return }
        try context.send(
            .invitation(
                to: PlainName(organization: letter.organizationName),
                by: letter.inviterName.flatMap { PlainName(person: $0, isVerified: false) }, as: letter.role,
                link: context.link(to: "/accept-invitation", with: token), expiresOn: letter.expiresAt),
            to: MailRecipient(address))
    }
}
