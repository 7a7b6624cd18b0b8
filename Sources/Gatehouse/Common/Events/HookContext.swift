public import Database

/// The context of a hook.
public struct HookContext {
    /// The connection of the change, inside its transaction.
    public let db: Connection
    /// What is set for the modules of the program.
    public let settings: DeclaredSettings
    /// The hooks to notify of changes that the hook itself makes.
    public let hooks: Hooks
}
