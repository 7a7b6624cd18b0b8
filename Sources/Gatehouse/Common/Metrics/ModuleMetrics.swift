/// Metrics of a module on the page `/metrics`. Only modules of Gatehouse can have them so far.
public struct ModuleMetrics: Sendable {
    /// Writes the metrics.
    let write: @Sendable (MetricsReport, inout Exposition) -> Void

    init(write: @escaping @Sendable (MetricsReport, inout Exposition) -> Void) {
        self.write = write
    }
}
