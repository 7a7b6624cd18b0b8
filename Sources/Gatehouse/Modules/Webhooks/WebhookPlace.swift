import Database
import FoundationEssentials
import Web

/// Whose webhooks a route is about, and who may use it: those of the installation, for holders of a permission, or
/// those of the organization that the path names, for its administrators.
enum WebhookPlace: CaseIterable {
    case installation, organization

    /// The path of the collection.
    var path: String { self == .installation ? "/webhooks" : "/organizations/{id}/webhooks" }
    /// The parameter of the path that names a webhook.
    var parameter: String { self == .installation ? "id" : "webhookId" }
    /// The path of a webhook.
    var webhook: String { "\(path)/{\(parameter)}" }

    /// Reads the path of the collection. The guard has looked up the organization.
    func readCollection(from input: inout Input) {
        if self == .organization { _ = input.path("id", .uuid) }
    }

    /// Reads the path of a webhook, and returns the webhook's public id.
    func readWebhook(from input: inout Input) -> UUID {
        readCollection(from: &input)
        return input.path(parameter, .uuid)
    }

    /// Who may read.
    var reads: Guard {
        self == .installation ? .permission(.webhooksRead) : .member(of: "id", atLeast: .admin)
    }

    /// Who may write.
    var writes: Guard {
        self == .installation ? .permission(.webhooksWrite) : .member(of: "id", atLeast: .admin)
    }

    /// The scope for API keys that read.
    var readScope: Permission { self == .installation ? .webhooksRead : .organizationsRead }
    /// The scope for API keys that write.
    var writeScope: Permission { self == .installation ? .webhooksWrite : .organizationsWrite }

    /// The organization whose webhooks the guard has admitted to; `nil` for the installation.
    func organization(of call: Call) throws(APIError) -> UInt64? {
        self == .installation ? nil : try call.membership.organizationID
    }

    /// The same for a change. It locks the rows that admit the caller, and reads them again: a webhook outlasts the
    /// session, so nobody may make one with a role that they have just lost.
    func lockOrganization(of call: Call, among roles: RoleRepository, in db: Connection) throws -> UInt64? {
        guard self == .installation else { return try OrganizationLock.take(call, atLeast: .admin, in: db).id }
        let user = try UserRepository.lockShared(call.user.id, in: db)
        try call.principal.confirmed(by: user, among: roles, in: db).require(.webhooksWrite)
        return nil
    }

    /// The URL of a webhook.
    func location(of webhook: Webhook) -> String {
        let organization = webhook.organizationID.map { "/organizations/\($0.text)" } ?? ""
        return "\(Modules.base)\(organization)/webhooks/\(webhook.publicID.text)"
    }
}
