import Database
import FoundationEssentials
import Gatehouse
import Web

/// Checks of every route of a program, whatever its modules are. Each check returns its findings as sentences.
public struct RouteChecks {
    let app: TestApplication
    private let routes: [Route]
    let document: JSON

    /// Reads the routes of an application and their document.
    public init(_ app: TestApplication) throws {
        self.app = app
        routes = try app.program.declaredRoutes()
        document = try app.program.declaredDocument()
    }

    /// Runs all checks.
    public func faults() throws -> [String] {
        try routesOpenToAll() + unknownMethods() + operationsWithoutName() + refusedExamples()
            + bodiesThatDoNotFit() + valuesThatCannotBeStored() + permissions() + refusalsThatTell() + auditActions()
            + tables()
    }

    /// Only public routes answer without a token, or with one that was never valid.
    public func routesOpenToAll() -> [String] {
        routes.filter { !$0.isPublic }.flatMap { route in
            let path = route.pattern.replacing("{id}", with: UUID().uuidString)
            return [nil, "", "x", "a.b.c"].compactMap { token in
                let answer = app.send(route.method, path, token: token)
                let isChallenged = answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true
                return answer.status == .unauthorized && isChallenged
                    ? nil
                    : "\(route.method) \(route.pattern) answers \(answer.status.code) to the token \(token ?? "none")"
            }
        }
    }

    /// TRACE and CONNECT are implemented nowhere.
    public func unknownMethods() -> [String] {
        Set(routes.map(\.pattern)).union(["/", "/nothing"]).sorted().flatMap { path in
            [HTTPMethod.trace, .connect].compactMap { method in
                let answer = app.send(method, path)
                let isRefused =
                    answer.errorCode == "NOT_IMPLEMENTED" && answer.status == .notImplemented
                    && answer.headers[.allow] == nil
                return isRefused ? nil : "\(method) \(path) answers \(answer.status.code)"
            }
        }
    }

    /// Every operation of the document has a unique name.
    public func operationsWithoutName() -> [String] {
        let names = operations.compactMap { $0.value["operationId"]?.string }
        return names.count == routes.count && Set(names).count == names.count
            ? [] : ["\(routes.count) operations have only \(Set(names).count) different names"]
    }

    /// Every route accepts the example body of the document.
    public func refusedExamples() -> [String] {
        operations.compactMap { operation in
            let media = operation.value["requestBody"]?["content"]?["application/json"]
            guard let body = media?["example"], let method = HTTPMethod(operation.method.uppercased()) else {
                return nil
            }
            let answer = app.send(method, operation.path, body, token: nil)
            return answer.errorCode == "VALIDATION_ERROR"
                ? "\(method) \(operation.path) refuses its example: \(answer.json)" : nil
        }
    }

    /// Every permission is declared once, and some route requires it; routes only require declared permissions.
    public func permissions() -> [String] {
        let guards = routes.compactMap { route in
            if case .permission(let permission) = route.guard { permission } else { nil }
        }
        let declared = app.program.permissionsOfRoles + app.program.permissionsOfUsers
        var faults = compare("by guards", Set(guards), Set(app.program.permissionsOfRoles))
        faults += compare("as scopes", Set(routes.compactMap(\.scope)), Set(declared))
        for (permission, declarations) in Dictionary(grouping: declared, by: \.self) where declarations.count > 1 {
            faults.append("\(permission.rawValue) is declared \(declarations.count) times")
        }
        return faults
    }

    private func compare(_ place: String, _ used: Set<Permission>, _ declared: Set<Permission>) -> [String] {
        used.subtracting(declared).map { "\($0.rawValue) is required \(place) but not declared" }
            + declared.subtracting(used).map { "\($0.rawValue) is declared but not required \(place)" }
    }

    /// The target of a refusal is an object that was found for the caller; an id that the caller only named is a
    /// detail. So callers cannot add events to the history of somebody whose id they know.
    public func refusalsThatTell() throws -> [String] {
        let stranger = try TestUser(in: app, email: "stranger-to-all@example.com")
        let victim = try TestUser(in: app, email: "known-to-a-stranger@example.com")
        let named = routes.filter { !$0.isPublic && $0.pattern.contains("{id}") }
        for route in named {
            let path = route.pattern.replacing("/api/v1", with: "")
            _ = stranger.send(route.method, path.replacing(/\{\w+\}/, with: "\(victim.id)"))
        }
        let denied: SQL = "FROM audit_events WHERE action = 'access.denied' AND actor_id = \(stranger.id)"
        var faults: [String] = []
        if try app.value("SELECT COUNT(*) \(denied)") * 2 < named.count {
            faults.append("fewer than half of the \(named.count) routes about a row refuse a stranger")
        }
        if try app.value("SELECT COUNT(*) \(denied) AND target_id IS NOT NULL") != 0 {
            faults.append("a refusal has a target that was not found")
        }
        let told = try app.database.connection().all(
            "SELECT DISTINCT JSON_VALUE(details, '$.named') \(denied)", as: String?.self)
        if told != [victim.id.uuidString.lowercased()] { faults.append("refusals name \(told)") }
        let export = String(decoding: victim.send(.get, "/users/me/export").body, as: UTF8.self)
        if export.contains("access.denied") {
            faults.append("a stranger's refused request appears in another user's export")
        }
        return faults
    }

    /// The audit of the application contains only actions that a module declares.
    public func auditActions() throws -> [String] {
        let recorded = try app.database.connection().all(
            "SELECT DISTINCT action FROM audit_events ORDER BY action", as: String.self)
        let declared = Set(app.program.auditActions.map(\.rawValue))
        return recorded.filter { !declared.contains($0) }.map { "\($0) is recorded but not declared by a module" }
    }

    /// Every table of the schema is declared by a module, and every declared table exists.
    public func tables() throws -> [String] {
        let all = try app.database.connection().all(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()", as: String.self)
        let declared = app.program.tables
        return all.filter { !declared.contains($0) }.map { "the table \($0) is declared by no module" }
            + declared.filter { !all.contains($0) }.map { "the table \($0) is declared but does not exist" }
    }

    var operations: [(path: String, method: String, value: JSON)] {
        (document["paths"]?.members ?? []).flatMap { path in
            path.value.members.map { (path.name, $0.name, $0.value) }
        }
    }
}
