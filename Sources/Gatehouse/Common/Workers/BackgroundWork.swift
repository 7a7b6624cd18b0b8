public import Database

/// Work that threads of a process do beside its requests.
public protocol BackgroundWork: Sendable {
    /// Works until `stop` is called. Several threads call it, each with a connection of its own.
    func run(in db: Connection)
    /// Makes every `run` finish its work under way and return.
    func stop()
}
