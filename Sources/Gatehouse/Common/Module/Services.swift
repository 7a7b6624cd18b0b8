public import Logging

/// The services from which modules are made: the objects that the threads of a process share.
public struct Services: Sendable {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let masterKeys: MasterKeys
    let keys: KeyRing
    let tokens: AccessTokens
    let roles: RolePermissions
    /// The rate limits, besides the tier of a route.
    public let limits: Limits
    /// Reads lists in pages and by cursor.
    public let lists: Lists
    /// The names of the migrations that this program needs.
    let migrations: [String]
    /// The origin that users see: the issuer of tokens and the base of links in mails.
    public let publicURL: String
    /// The version of Gatehouse.
    let version: String
    /// The counters of this machine's processes.
    let metrics: MetricsFile
    /// What is set for the modules of the program.
    public let settings: DeclaredSettings
    /// Sends HTTP requests to other servers.
    public let outbound: Outbound
    /// The log.
    public let log: Logger
    /// The hooks of all modules.
    public let hooks: Hooks
    /// All modules of the program.
    let modules: Modules
}
