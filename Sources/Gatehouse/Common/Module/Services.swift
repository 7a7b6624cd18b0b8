/// What modules are made from: what the threads of a process share.
public struct Services: Sendable {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let masterKeys: MasterKeys
    let keys: KeyRing
    let tokens: AccessTokens
    let roles: RolePermissions
    /// The limits on what callers may ask for, beyond the tier of a route.
    public let limits: Limits
    /// Reads lists in pages and by cursor.
    public let lists: Lists
    /// The names of the migrations that this program needs.
    let migrations: [String]
    /// The origin users see: the issuer of tokens and the base of links in mails.
    public let publicURL: String
    let signIn: SignInSettings
    /// What is set for the modules of the program.
    public let settings: DeclaredSettings
    /// Who takes part in what happens.
    public let hooks: Hooks
    /// All modules of the program.
    let modules: Modules
}
