import Database
import FoundationEssentials
import Logging
import Web

/// Checks the caller against the guard of a route, before anything is read from the request, and records refusals.
enum AccessControl {
    /// Admits a call to a route, or refuses it.
    /// - Parameter path: the parameters of the path, decoded.
    /// - Throws: `FORBIDDEN`; `NOT_FOUND` for callers who are not members of the organization.
    static func admit(_ call: Call, to route: Route, path: PathParameters) throws {
        guard !route.isPublic else { return }
        call.names(path["id"].flatMap(UUID.init(text:)))
        let principal = try call.principal
        try requireScope(of: route, principal)
        switch route.guard {
        case .public, .user, .owner: return
        case .permission(let permission):
            try principal.require(permission)
        case .member(let parameter, let role):
            // Validation rejects malformed ids, so they reach no handler.
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

    /// A session has all permissions of its user; an API key only its scopes.
    private static func requireScope(of route: Route, _ principal: Principal) throws(APIError) {
        guard principal.apiKey != nil else { return }
        guard let scope = route.scope else { throw APIError(.forbidden, "API keys cannot do this: sign in.") }
        guard principal.holds(scope) else {
            throw APIError(
                .forbidden,
                "This API key does not have the scope \(scope.rawValue), or its user no longer has that permission.")
        }
    }

    /// Writes a refusal to the log and the audit. Its target is the object that was found; an id that was only named is
    /// a detail. So callers cannot add events to the history of somebody whose id they know.
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

    /// Every 403 is a refusal. `NOT_FOUND` is one if it may hide other people's data; it hides nothing from callers
    /// whom the guard allows to see everything, by a permission or a membership.
    private static func isDenial(_ code: ErrorCode, _ call: Call, by guard: Guard) -> Bool {
        switch `guard` {
        case .public: false
        case .permission: code.status == .forbidden
        case .member: code.status == .forbidden || code == .notFound && !call.isMember
        case .user, .owner: code.status == .forbidden || code == .notFound
        }
    }
}
