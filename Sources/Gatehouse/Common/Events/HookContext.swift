public import Database

/// The context of a hook.
public struct HookContext {
    /// The connection of the change, inside its transaction.
    public let db: Connection
    /// The actor of the change, to be passed on to changes that the hook makes because of it.
    public let actor: AuditActor
    /// What is set for the modules of the program.
    public let settings: DeclaredSettings
    /// The hooks to notify of changes that the hook itself makes.
    public let hooks: Hooks
}
