import Web

extension AuditReading {
    var routes: [Route] {
        [
            Route(
                .get, "/audit-events", "List audit events",
                description: "`since` is included in the range, `until` is not.", tag: "Audit",
                guard: .permission(.auditRead), tier: .standard, input: ListAuditEvents.self,
                returns: .ok([AuditEvent].self), handle: service.list)
        ]
    }
}
