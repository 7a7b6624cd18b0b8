/// Reads settings and gathers what is wrong with them. As with request inputs, reading is the declaration: what has
/// been asked for is the list of settings that the documentation must hold.
///
/// A faulty setting is read as a stand-in, so that reading goes on to the next fault. No program starts with that.
public struct SettingReader {
    /// The settings asked for so far.
    package private(set) var settings: [Setting] = []
    /// The faults of these settings.
    package private(set) var faults: [String] = []
    /// The settings whose names contain a word of the operator's choice.
    private(set) var families: [SettingFamily] = []
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

    /// Reads a setting again that another type declares.
    func declaredElsewhere<Value: Sendable>(_ name: String, _ kind: SettingKind<Value>) -> Value? {
        source.value(of: name).flatMap(kind.parse)
    }

    /// Declares settings whose names contain a word of the operator's choice. Those that are in use are also read.
    mutating func declare(_ family: SettingFamily) {
        families.append(family)
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
