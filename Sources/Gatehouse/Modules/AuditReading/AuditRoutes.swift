import Database
import FoundationEssentials
import Web

/// Which events.
struct ListAuditEvents: RequestInput {
    /// What the list can be sorted by.
    enum Sort: String, CaseIterable, Sendable {
        case createdAt
    }

    let actorID: UUID?
    let targetID: UUID?
    let action: AuditAction?
    let since: Date?
    let until: Date?
    let list: ListRequest<Sort>

    init(from input: inout Input) {
        actorID = input.query("actorId", .uuid.annotated("description", "Only what this user did."))
        targetID = input.query(
            "targetId", .uuid.annotated("description", "Only what was done to this user, organization or other thing."))
        action = input.query(
            "action", .text(1...64).annotated("description", "Only what was done in this way, such as `user.created`.")
        ).map { AuditAction(rawValue: $0) }
        since = input.query("since", .time.annotated("description", "Only what was done at this time or later."))
        until = input.query("until", .time.annotated("description", "Only what was done before this time."))
        list = ListRequest(from: &input, Self.combinations)
    }

    /// One of the filters at most, each with any stretch of time.
    private static let combinations = ListCombinations<Sort>(
        [[], ["actorId"], ["targetId"], ["action"]].flatMap { (filters: [String]) in
            [[], ["since"], ["until"], ["since", "until"]].map { (filters + $0, [.createdAt]) }
        })
}

extension AuditReading {
    var routes: [Route] {
        [
            Route(
                .get, "/audit-events", "List audit events",
                description: "`since` is the first moment, `until` the first one after.", tag: "Audit",
                guard: .permission(.auditRead), tier: .standard, input: ListAuditEvents.self,
                returns: .ok([AuditEvent].self), handle: list)
        ]
    }

    @Sendable private func list(_ input: ListAuditEvents, _ call: Call) throws -> Answer<[AuditEvent]> {
        let range = Audit.range(
            actor: input.actorID, target: input.targetID, action: input.action, since: input.since, until: input.until)
        let page = try lists.page(input.list, of: range, call)
        return Answer(page.inOrder(try Audit.find(page.ids, in: call.db), by: \.id), meta: page.meta)
    }
}
