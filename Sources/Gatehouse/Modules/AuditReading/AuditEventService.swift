import Database
import FoundationEssentials
import Web

/// A request for a list of events.
struct ListAuditEvents: RequestInput {
    /// The sorts of the list.
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
        actorID = input.query("actorId", .uuid.described("Only actions of this user."))
        targetID = input.query(
            "targetId", .uuid.described("Only actions on this user, organization or other object."))
        action = input.query(
            "action", .text(1...64).described("Only actions of this kind, such as `user.created`.")
        ).map { AuditAction(rawValue: $0) }
        since = input.query("since", .time.described("Only actions at this time or later."))
        until = input.query("until", .time.described("Only actions before this time."))
        list = ListRequest(from: &input, Self.indexes)
    }

    /// At most one of the filters, each with any period.
    static let indexes = ListIndexes<Sort>(
        [
            ([], "idx_audit_events_time"), (["actorId"], "idx_audit_events_actor_time"),
            (["targetId"], "idx_audit_events_target_time"), (["action"], "idx_audit_events_action_time"),
        ].flatMap { (filters: [String], index: SQL) in
            [[], ["since"], ["until"], ["since", "until"]].map { (filters + $0, .createdAt, index, "created_at") }
        })
}

/// Lists audit events.
struct AuditEventService {
    let lists: Lists

    @Sendable func list(_ input: ListAuditEvents, _ call: Call) throws -> Answer<[AuditEvent]> {
        let condition = AuditEvent.condition(
            actor: input.actorID, target: input.targetID, action: input.action, since: input.since, until: input.until)
        let range = ListAuditEvents.indexes.range(for: input.list, in: "audit_events", where: condition)
        let page = try lists.page(input.list, of: range, call)
        return Answer(page.inOrder(try AuditEvent.find(page.ids, in: call.db), by: \.id), meta: page.meta)
    }
}
