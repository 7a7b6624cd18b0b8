/// The settings of outgoing HTTP requests.
struct OutboundSettings: Sendable {
    /// Destinations besides the addresses that are globally reachable.
    var opened: [OpenedDestination] = []
    /// Whether `http` may be used with an opened address.
    var allowsHTTP = false
    /// A PEM file of authorities to trust besides the system's.
    var caFile: String?
    /// The file through which the processes of a machine share circuits; `nil` if each has its own.
    var circuitsFile: String?

    /// Reads the settings.
    /// - Parameter isDevelopment: whether `http` may be used with an opened address.
    init(from reader: inout SettingReader, isDevelopment: Bool) {
        opened =
            reader.optional(
                "GATEHOUSE_OUTBOUND_ALLOW", .destinations,
                """
                Destinations of outgoing requests besides globally reachable addresses, separated by commas: a host or \
                a range such as `10.1.0.0/16` opens private addresses, an address opens just itself.
                """) ?? []
        allowsHTTP = isDevelopment
        caFile = reader.optional(
            "GATEHOUSE_OUTBOUND_CA_FILE", .text,
            "A file of CA certificates that outgoing requests trust besides the system's.")
        circuitsFile =
            reader.read(
                "GATEHOUSE_CIRCUITS_FILE", .sharedFile, default: "/run/gatehouse/circuits",
                """
                The file in which the processes of a machine note servers that do not answer; with `none` each notes \
                its own.
                """
            ).path
    }

    /// Makes the settings of an installation that opens nothing.
    init() {}
}

extension SettingKind where Value == [OpenedDestination] {
    static let destinations = SettingKind(
        expectation: "host names, addresses and ranges such as hooks.example.com,127.0.0.1,10.1.0.0/16", standIn: []
    ) { text in
        let entries = text.split(separator: ",", omittingEmptySubsequences: false).map { OpenedDestination($0) }
        let destinations = entries.compactMap { $0 }
        return destinations.count == entries.count ? destinations : nil
    }
}
