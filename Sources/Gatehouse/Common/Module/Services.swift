/// What modules are made from: what the threads of a process share.
struct Services: Sendable {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let masterKeys: MasterKeys
    let keys: KeyRing
    let tokens: AccessTokens
    let roles: RolePermissions
    let limits: Limits
    let lists: Lists
    /// The names of the migrations that this program needs.
    let migrations: [String]
    /// The origin users see: the issuer of tokens and the base of links in mails.
    let publicURL: String
    let signIn: SignInSettings
    /// Who takes part in what happens.
    let hooks: Hooks
    /// All modules of the program.
    let modules: Modules
}
