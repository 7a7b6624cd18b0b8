import Database
import FoundationEssentials
import Web

/// The owner of a route's webhooks, the installation or an organization, and the guards of the route.
struct WebhookPlace: Sendable {
    /// The path of the collection.
    let path: String
    /// The parameter of the path that names a webhook.
    let parameter: String
    /// The owner, in the words of the document.
    let owner: String
    /// The events that its webhooks can receive, in the words of the document.
    let events: String
    /// The guard of the routes that read.
    let reads: Guard
    /// Who may write.
    let writes: Guard
    /// The scope for API keys that read.
    let readScope: Permission
    /// The scope for API keys that write.
    let writeScope: Permission
    /// Whether the path names an organization.
    private let isOfOrganization: Bool

    /// The webhooks of the installation, for holders of a permission.
    static let installation = WebhookPlace(
        path: "/webhooks", parameter: "id", owner: "the installation", events: "the events of the whole installation",
        reads: .permission(.webhooksRead), writes: .permission(.webhooksWrite), readScope: .webhooksRead,
        writeScope: .webhooksWrite, isOfOrganization: false)

    /// The webhooks of the organization that the path names, for its administrators.
    static let organization = WebhookPlace(
        path: "/organizations/{id}/webhooks", parameter: "webhookId", owner: "an organization",
        events: "the events about the organization, its members and what it owns",
        reads: .member(of: "id", atLeast: .admin), writes: .member(of: "id", atLeast: .admin),
        readScope: .organizationsRead, writeScope: .organizationsWrite, isOfOrganization: true)

    /// The path of a webhook.
    var webhook: String { "\(path)/{\(parameter)}" }

    /// Reads the path of the collection. The guard has looked up the organization.
    func readCollection(from input: inout Input) {
        if isOfOrganization { _ = input.path("id", .uuid) }
    }

    /// Reads the path of a webhook, and returns the webhook's public id.
    func readWebhook(from input: inout Input) -> UUID {
        readCollection(from: &input)
        return input.path(parameter, .uuid)
    }

    /// The organization whose webhooks the guard has admitted to; `nil` for the installation.
    func organization(of call: Call) throws(APIError) -> UInt64? {
        isOfOrganization ? try call.membership.organizationID : nil
    }

    /// The same for a change. It locks the rows that admit the caller, and reads them again: a webhook outlasts the
    /// session, so nobody may make one with an account, a session or a role that they have just lost.
    /// - Parameter counts: whether the webhooks are about to be counted, so that others who add one must wait.
    func lockOrganization(
        of call: Call, among roles: RoleRepository, counts: Bool = false, in db: Connection
    ) throws -> UInt64? {
        var principal = try call.principal
        // The key of an organization has no user.
        if let caller = principal.user {
            let user = try UserRepository.lockShared(caller.id, in: db)
            // All administrators have this row in common, as the members of an organization have the organization's.
            if counts, !isOfOrganization {
                _ = try roles.find(named: BuiltInRole.admin.rawValue, lock: .exclusive, in: db)
            }
            principal = try principal.confirmed(by: user, among: roles, in: db)
        }
        if isOfOrganization { return try OrganizationLock.take(call, atLeast: .admin, in: db).id }
        try principal.require(.webhooksWrite)
        return nil
    }

    /// The path of this webhook.
    func path(of webhook: Webhook) -> String {
        let organization = webhook.organizationID.map { "/organizations/\($0.text)" } ?? ""
        return "\(organization)/webhooks/\(webhook.publicID.text)"
    }
}
