/// What outgoing requests are for: metrics and circuits are kept apart by it. A module declares its purposes
/// (`Module.outboundPurposes`); requests of others are not counted.
///
///     extension OutboundPurpose {
///         static let rates = OutboundPurpose("rates")
///     }
public struct OutboundPurpose: Sendable {
    /// The name in metrics.
    let name: String
    /// Whether a server error, or no answer in time, counts against a server. Otherwise only connections that fail do.
    let countsAnswers: Bool

    /// Declares a purpose for requests to servers that the operator knows.
    /// - Parameter name: the name in metrics.
    public init(_ name: StaticString) {
        self.init(name, countsAnswers: true)
    }

    init(_ name: StaticString, countsAnswers: Bool) {
        self.name = name.description
        self.countsAnswers = countsAnswers
    }
}
