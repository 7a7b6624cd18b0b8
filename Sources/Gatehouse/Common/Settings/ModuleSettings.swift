/// The settings of a module. Reading a setting declares it: `gatehouse config` lists it, a settings file may contain
/// it, and it is checked before anything starts.
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
    /// Reads every setting of the module, whatever the values of the others, and reports further faults to the reader.
    init(from reader: inout SettingReader)
}
