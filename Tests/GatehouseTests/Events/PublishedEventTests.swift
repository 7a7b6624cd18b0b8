import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// What webhooks deliver, as the document describes it.
@Suite struct PublishedEventTests {
    private let events = Program.gatehouse.modules.publishedEvents

    /// The members that the data of an event may have. None of them holds an address, the name of a person, or a text.
    private static let members: Set = [
        "userId", "sessionId", "exceptSessionId", "reason", "organizationId", "invitationId", "projectId", "ownerId",
        "apiKeyId", "createdBy",
        "roleId", "role", "oldRole", "newRole", "name", "fields", "scopes", "permissions", "origin", "emailVerified",
        "hasPassword",
    ]

    @Test func `no data of an event has more than ids and words of the program`() {
        for event in events {
            let data = event.example.json
            for member in data.members { #expect(Self.members.contains(member.name), "\(event): \(member.name)") }
            // The name of a role.
            #expect(data["name"] == nil || data["roleId"] != nil, "\(event)")
        }
    }

    @Test func `the document has each event with its name, its schema and its example`() throws {
        let document = try Program.gatehouse.declaredDocument()
        let webhooks = try #require(document["webhooks"]?.members)
        #expect(webhooks.map(\.name) == events.map { $0.word } + ["webhook.ping"])
        #expect(!events.contains { $0.word == "webhook.ping" }, "nobody can choose it")
        #expect(webhooks.count > 25)
        for (webhook, event) in zip(webhooks, events) {
            let operation = try #require(webhook.value["post"])
            #expect(operation["summary"]?.string == event.summary)
            let schema = try #require(operation["requestBody"]?["content"]?["application/json"]?["schema"])
            #expect(schema["properties"]?["type"]?["const"]?.string == event.word)
            #expect(schema["example"]?["type"]?.string == event.word)
            #expect(schema["example"]?["data"] == event.example.json)
            let reference = try #require(schema["properties"]?["data"]?["$ref"]?.string?.split(separator: "/").last)
            let data = document["components"]?["schemas"]?[String(reference)]
            #expect(data?["properties"]?.members.map(\.name) == event.example.json.members.map(\.name))
        }
    }

    @Test func `only events about an organization reach its endpoints`() {
        let organization = OrganizationReference(id: 7, publicID: .example)
        let member = MemberJoined(organization: organization, user: .example, role: .member)
        #expect(member.organizationID == 7)
        // Its endpoints end with it.
        #expect(OrganizationDeleted(organization: organization).organizationID == nil)
        let project = ProjectReference(publicID: .example, tenant: .organization(7), organization: .example, owner: nil)
        #expect(ProjectCreated(project: project).organizationID == 7)
        #expect(ProjectCreated.example.organizationID == nil)
        #expect(AccountCreated.example.organizationID == nil)
    }
}
