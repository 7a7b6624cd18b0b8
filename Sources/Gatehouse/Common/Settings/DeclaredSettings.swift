/// The settings of the modules of a program. Modules, hooks and jobs read theirs from it:
///
///     let maximum = try services.settings(NoteSettings.self).maximum
public struct DeclaredSettings: Sendable {
    private let values: [ObjectIdentifier: any ModuleSettings]

    /// Reads all of them; the reader collects the faults.
    init(_ types: [any ModuleSettings.Type], from reader: inout SettingReader) {
        var values: [ObjectIdentifier: any ModuleSettings] = [:]
        for type in types { values[ObjectIdentifier(type)] = type.init(from: &reader) }
        self.values = values
    }

    /// The settings when nothing is set.
    static func defaults(of types: [any ModuleSettings.Type]) -> DeclaredSettings {
        var reader = SettingReader(SettingSource([:]))
        return DeclaredSettings(types, from: &reader)
    }

    /// The settings of one type.
    /// - Throws: `UndeclaredSettings` if no module of the program declares the type.
    public func callAsFunction<Value: ModuleSettings>(_ type: Value.Type) throws(UndeclaredSettings) -> Value {
        guard let value = values[ObjectIdentifier(type)] as? Value else { throw UndeclaredSettings(type: type) }
        return value
    }
}

/// The program asked for settings that none of its modules declares, which is a bug in the program.
public struct UndeclaredSettings: Error, CustomStringConvertible {
    let type: any ModuleSettings.Type

    /// Which settings.
    public var description: String { "no module of this program declares \(type) among its settings" }
}
