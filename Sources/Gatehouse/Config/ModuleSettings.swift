/// The settings of a module. Reading them declares them: what `init` asks the reader for is what `gatehouse config`
/// lists, what may stand in a settings file, and what is checked before anything starts.
///
///     struct NoteSettings: ModuleSettings {
///         let maximum: Int
///
///         init(from reader: inout SettingReader) {
///             maximum = reader.read(
///                 "GATEHOUSE_NOTES_MAXIMUM", .integer(1...9999), default: "1000", "How many notes a user may have.")
///         }
///     }
///
/// A module names the type in `Module.settings`. Names begin with `GATEHOUSE_` and the name of the module, in capitals.
public protocol ModuleSettings: Sendable {
    /// Reads every setting of the module, whatever the values of others, and tells the reader what else is wrong.
    init(from reader: inout SettingReader)
}

/// What is set for the modules of a program. Modules, hooks and jobs ask it for theirs:
///
///     let maximum = try services.settings(NoteSettings.self).maximum
public struct DeclaredSettings: Sendable {
    private let values: [ObjectIdentifier: any ModuleSettings]

    /// Reads all of them; the reader tells what was wrong.
    init(_ types: [any ModuleSettings.Type], from reader: inout SettingReader) {
        var values: [ObjectIdentifier: any ModuleSettings] = [:]
        for type in types { values[ObjectIdentifier(type)] = type.init(from: &reader) }
        self.values = values
    }

    /// What holds where nothing is set.
    static func defaults(of types: [any ModuleSettings.Type]) -> DeclaredSettings {
        var reader = SettingReader(SettingSource([:]))
        return DeclaredSettings(types, from: &reader)
    }

    /// The settings of one type.
    /// - Throws: `UndeclaredSettings` where no module of the program declares the type.
    public func callAsFunction<Value: ModuleSettings>(_ type: Value.Type) throws(UndeclaredSettings) -> Value {
        guard let value = values[ObjectIdentifier(type)] as? Value else { throw UndeclaredSettings(type: type) }
        return value
    }
}

/// Settings were asked for that no module of the program declares. It is a fault of the program.
public struct UndeclaredSettings: Error, CustomStringConvertible {
    let type: any ModuleSettings.Type

    /// Which settings.
    public var description: String { "no module of this program declares \(type) among its settings" }
}
