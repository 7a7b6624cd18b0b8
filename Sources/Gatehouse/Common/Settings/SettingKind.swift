/// The conversion of a setting's text to a value.
public struct SettingKind<Value: Sendable>: Sendable {
    let expectation: String
    let standIn: Value
    let parse: @Sendable (String) -> Value?

    /// Describes a kind.
    /// - Parameters:
    ///   - expectation: what is acceptable, for the sentence "NAME must be …".
    ///   - standIn: what is read of a faulty setting.
    ///   - parse: makes the value; `nil` refuses the text.
    public init(expectation: String, standIn: Value, parse: @escaping @Sendable (String) -> Value?) {
        self.expectation = expectation
        self.standIn = standIn
        self.parse = parse
    }
}

extension SettingKind where Value == String {
    /// Any text on one line.
    public static let text = SettingKind(expectation: "text", standIn: "") { $0 }

    /// A server, without a port. Brackets around an IPv6 address are removed.
    public static let host = SettingKind(expectation: "a host name or an IP address", standIn: "") { text in
        if HostAndPort.isIPv6Address(text) { return text }
        return HostAndPort(text).flatMap { $0.port == nil ? $0.host : nil }
    }

    /// An origin (RFC 6454, section 6.2): scheme, host, and the port unless it is the scheme's default. It must have
    /// the form that browsers send, since it is compared with `Origin`.
    public static let origin = SettingKind(
        expectation: "an origin in lower case such as https://id.example.com or https://localhost:8443", standIn: ""
    ) { text in
        let schemes = [("https://", "443"), ("http://", "80")]
        guard let (scheme, ownPort) = schemes.first(where: { text.hasPrefix($0.0) }) else { return nil }
        let authority = text.dropFirst(scheme.count)
        let hostEnd = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
        let host = hostEnd.map { authority[..<$0] } ?? authority.prefix { $0 != ":" }
        let rest = authority[host.endIndex...]
        if !rest.isEmpty {
            let port = rest.dropFirst()
            guard rest.first == ":", port != ownPort, port.first != "0", port.utf8.allSatisfy(isDigit),
                UInt16(port) != nil
            else { return nil }
        }
        let allowed = host.hasPrefix("[") ? "0123456789abcdef:." : "0123456789abcdefghijklmnopqrstuvwxyz-."
        let name = host.hasPrefix("[") ? host.dropFirst().dropLast() : host
        guard !name.isEmpty, name.utf8.allSatisfy(allowed.utf8.contains) else { return nil }
        return text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension SettingKind where Value == [String] {
    /// Origins, each in the form of browsers.
    public static let origins = SettingKind(
        expectation: "origins such as https://app.example.com, separated by commas", standIn: []
    ) {
        text in
        let origins = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return origins.allSatisfy { SettingKind<String>.origin.parse($0) != nil } ? origins : nil
    }
}

extension SettingKind where Value == Int {
    /// A whole number within a range.
    public static func integer(_ range: ClosedRange<Int>) -> SettingKind {
        SettingKind(
            expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)", standIn: range.lowerBound
        ) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension SettingKind where Value == Bool {
    /// `true` or `false`.
    public static let boolean = SettingKind(expectation: "true or false", standIn: false) { text in
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// `on` or `off`.
    public static let switched = SettingKind(expectation: "on or off", standIn: true) { text in
        switch text {
        case "on": true
        case "off": false
        default: nil
        }
    }
}

extension SettingKind {
    /// One of the words of an enumeration.
    /// - Parameter standIn: what is read of a faulty setting.
    public static func oneOf<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ standIn: Choice
    ) -> SettingKind<Choice> {
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return SettingKind<Choice>(expectation: "one of \(words)", standIn: standIn) { Choice(rawValue: $0) }
    }
}

extension SettingKind where Value == EmailAddress {
    /// An e-mail address.
    public static let emailAddress = SettingKind(
        expectation: "an e-mail address", standIn: .standIn, parse: { EmailAddress($0) })
}
