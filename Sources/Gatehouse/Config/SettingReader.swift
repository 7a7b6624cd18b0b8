/// One setting, for the documentation and for `gatehouse config`.
package struct Setting: Sendable {
    /// The environment variable, which is also the key in the settings file.
    package let name: String
    /// Its meaning, in one sentence.
    package let summary: String
    /// The default; `nil` if there is none.
    package let fallback: String?
    /// Whether its value must never be shown.
    package let isSecret: Bool
    /// The effective value; `nil` if there is none.
    package let value: String?
    /// The derived value that applies if none is given; a description in brackets if it has no text.
    package fileprivate(set) var implied: String?
}

/// All faults of a configuration.
public struct SettingsError: Error, CustomStringConvertible {
    /// One sentence for each fault, which names the setting but never the value of a secret.
    public let faults: [String]

    init(faults: [String]) {
        self.faults = faults
    }

    /// The error for these faults; `nil` if there are none.
    package init?(_ faults: [String]) {
        guard !faults.isEmpty else { return nil }
        self.faults = faults
    }

    /// The faults, one on each line.
    public var description: String {
        "The configuration has \(faults.count == 1 ? "a fault" : "\(faults.count) faults"):\n"
            + faults.map { "  - \($0)" }.joined(separator: "\n")
    }
}

/// Reads settings and gathers what is wrong with them. As with request inputs, reading is the declaration: what has
/// been asked for is the list of settings that the documentation must hold.
///
/// A faulty setting is read as a stand-in, so that reading goes on to the next fault. No program starts with that.
public struct SettingReader {
    /// The settings asked for so far.
    package private(set) var settings: [Setting] = []
    /// The faults of these settings.
    package private(set) var faults: [String] = []
    private let source: SettingSource

    /// Reads from a source, typically the environment before a file.
    package init(_ source: SettingSource) {
        self.source = source
    }

    /// Reads a setting that has a default.
    /// - Parameters:
    ///   - name: the environment variable, and the key in a settings file.
    ///   - fallback: the default, as somebody would write it.
    ///   - summary: what the setting does, in one sentence for the operator.
    public mutating func read<Value: Sendable>(
        _ name: String, _ kind: SettingKind<Value>, default fallback: String, _ summary: String
    ) -> Value {
        value(name, kind, fallback: fallback, isSecret: false, summary) ?? kind.standIn
    }

    /// Reads a setting that may be absent.
    /// - Parameter isSecret: whether the value must never be shown.
    public mutating func optional<Value: Sendable>(
        _ name: String, _ kind: SettingKind<Value>, isSecret: Bool = false, _ summary: String
    ) -> Value? {
        value(name, kind, fallback: nil, isSecret: isSecret, summary)
    }

    /// Reads a setting that must be given.
    /// - Parameter isSecret: whether the value must never be shown.
    public mutating func required<Value: Sendable>(
        _ name: String, _ kind: SettingKind<Value>, isSecret: Bool = false, _ summary: String
    ) -> Value {
        let value = value(name, kind, fallback: nil, isSecret: isSecret, summary)
        if !isGiven(name) { rejectMissing([name], "\(name) is required: \(summary)") }
        return value ?? kind.standIn
    }

    /// Whether a setting that has been read has a value, even a faulty one.
    public func isGiven(_ name: String) -> Bool { settings.contains { $0.name == name && $0.value != nil } }

    /// Sets the derived value of the last setting, for the case that it has none.
    mutating func imply(_ text: String?) {
        guard !settings.isEmpty else { return }
        settings[settings.count - 1].implied = text
    }

    /// Adds the fault that none of some settings is given, unless a faulty line of the file was intended to set one.
    mutating func rejectMissing(_ names: [String], _ fault: String) {
        guard !names.contains(where: source.isFaulty) else { return }
        let withoutFile = "GATEHOUSE_CONFIG_FILE is not set, so no settings file was read."
        if source.isWithoutFile && !faults.contains(withoutFile) { reject(withoutFile) }
        reject(fault)
    }

    /// Adds a fault that involves several settings.
    /// - Parameter fault: a sentence that names the settings, and never a secret's value.
    public mutating func reject(_ fault: String) {
        faults.append(fault)
    }

    private mutating func value<Value: Sendable>(
        _ name: String, _ kind: SettingKind<Value>, fallback: String?, isSecret: Bool, _ summary: String
    ) -> Value? {
        let text = source.value(of: name) ?? fallback
        settings.append(
            Setting(name: name, summary: summary, fallback: fallback, isSecret: isSecret, value: text))
        guard let text else { return nil }
        guard !text.unicodeScalars.contains(where: \.isControlOrSeparator) else {
            reject("\(name) contains a control character, such as a line break.")
            return nil
        }
        guard let value = kind.parse(text) else {
            reject("\(name) must be \(kind.expectation)" + (isSecret ? "." : ", not \"\(text)\"."))
            return nil
        }
        return value
    }
}

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
