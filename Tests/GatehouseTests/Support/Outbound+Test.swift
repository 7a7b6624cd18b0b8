import Logging

@testable import Gatehouse

extension OutboundPurpose {
    /// Requests of tests.
    static let test = OutboundPurpose("test")
}

extension Outbound {
    /// Outgoing requests with circuits of their own.
    /// - Parameter allow: the value of `GATEHOUSE_OUTBOUND_ALLOW`, which also allows `http`; `nil` opens nothing.
    static func test(allow: String? = nil, caFile: String? = nil, counts: OutboundCounts? = nil) throws -> Outbound {
        var settings = OutboundSettings()
        settings.opened = allow.flatMap { SettingKind.destinations.parse($0) } ?? []
        settings.allowsHTTP = true
        settings.caFile = caFile
        return try Outbound(
            settings, masterKeys: .throwaway(), counts: counts,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
