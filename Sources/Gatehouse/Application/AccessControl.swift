import Database
import FoundationEssentials
import Logging
import Web

/// Compares whoever acts with the guard of a route, before anything is read from the request, and keeps account of
/// refusals.
enum AccessControl {
    /// Admits a call to a route, or refuses it.
    /// - Parameter path: the parameters of the path, decoded.
    /// - Throws: `FORBIDDEN`; `NOT_FOUND` to who is no member of the organization.
    static func admit(_ call: Call, to route: Route, path: PathParameters) throws {
        guard route.guard != .public else { return }
        call.names(path["id"].flatMap(UUID.init(text:)))
        let principal = try call.principal
        try requireScope(of: route, principal)
        switch route.guard {
        case .public, .user, .owner: return
        case .permission(let permission):
            try principal.require(permission)
        case .member(let parameter, let role):
            // What is no id is told so by validation, and reaches no handler.
            guard let id = path[parameter].flatMap(UUID.init(text:)) else { return }
            guard let membership = try MembershipRepository.find(id, of: principal, in: call.db) else {
                throw APIError(.notFound)
            }
            call.found(membership.organizationPublicID)
            guard membership.role >= role else {
                throw APIError(.forbidden, "This needs the role \(role.rawValue) in this organization.")
            }
            call.admit(as: membership)
        }
    }

    /// A session may do whatever its user may; an API key only what it was made for.
    private static func requireScope(of route: Route, _ principal: Principal) throws(APIError) {
        guard principal.apiKey != nil else { return }
        guard let scope = route.scope else { throw APIError(.forbidden, "API keys cannot do this: sign in.") }
        guard principal.holds(scope) else {
            throw APIError(
                .forbidden, "This API key was not made for \(scope.rawValue), or its user no longer holds it.")
        }
    }

    /// Writes a refusal to the log and the audit: about what was found, or else with what was only named in the
    /// details. So nobody writes into the events that concern somebody whose id they know.
    static func note(_ error: any Error, _ call: Call, to route: Route) {
        guard let error = error as? APIError, isDenial(error.code, call, by: route.guard),
            call.isAuthenticated
        else { return }
        let operation = "\(route.method.rawValue) \(route.pattern)"
        call.log.notice(
            "access denied",
            metadata: ["operation": "\(operation)", "guard": "\(route.guard)", "code": "\(error.code.name)"])
        var details: [JSON.Member] = [
            .init("operation", .string(operation)), .init("guard", .string(route.guard.description)),
            .init("code", .string(error.code.name)),
        ]
        if call.target == nil, let named = call.named { details.append(.init("named", named.json)) }
        do {
            try call.audit(.accessDenied, call.target, details: .object(details), in: call.db)
        } catch {
            call.log.warning("a refusal is missing from the audit", metadata: ["reason": "\(error)"])
        }
    }

    /// Every 403 is a refusal. `NOT_FOUND` is one where it may hide something of others; it hides nothing from those
    /// whom the guard has let see all that there is, whoever holds a permission or is a member.
    private static func isDenial(_ code: ErrorCode, _ call: Call, by guard: Guard) -> Bool {
        switch `guard` {
        case .public: false
        case .permission: code.status == .forbidden
        case .member: code.status == .forbidden || code == .notFound && !call.isMember
        case .user, .owner: code.status == .forbidden || code == .notFound
        }
    }
}

extension AuditAction {
    static let accessDenied = AuditAction(rawValue: "access.denied")
}
