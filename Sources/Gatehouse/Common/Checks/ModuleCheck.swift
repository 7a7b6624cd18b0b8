public import Database

/// A check of `gatehouse doctor`: whether something on which a module depends is in order, such as a server that it
/// asks.
public struct ModuleCheck: Sendable {
    /// Its name.
    let name: String
    private let examine: @Sendable (CheckContext) throws -> [Finding]

    /// Describes a check.
    /// - Parameters:
    ///   - name: its name, which is also that of the finding if the check throws.
    ///   - examine: returns the findings; none if there is nothing to check.
    public init(_ name: String, examine: @escaping @Sendable (CheckContext) throws -> [Finding]) {
        self.name = name
        self.examine = examine
    }

    /// The findings; an error is a fault.
    func findings(_ context: CheckContext) -> [Finding] {
        do {
            return try examine(context)
        } catch {
            let log = error is DatabaseError ? "the database's log" : "the log"
            return [.fault(name, "\(error)", "See \(log).")]
        }
    }
}

/// What a check of a module uses. Settings are valid when it runs.
public struct CheckContext {
    /// The settings of the modules.
    public let settings: DeclaredSettings
    /// Opens what is stored encrypted.
    let masterKeys: MasterKeys
    /// Sends HTTP requests, also to servers that running processes do not ask for a while.
    public let outbound: Outbound
    /// The database; `nil` if it cannot be used, or does not have the structure of this version.
    public let db: Connection?
}
