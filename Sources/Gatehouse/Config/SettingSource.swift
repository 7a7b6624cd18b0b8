import FoundationEssentials

/// Where settings come from: environment variables before the lines of a settings file.
public struct SettingSource: Sendable {
    /// What is wrong with the file's lines.
    let faults: [String]
    private let variables: [String: String]
    private let file: [String: String]

    /// Reads variables, and below them a file.
    public init(_ variables: [String: String], file: SettingsFile? = nil) {
        self.variables = variables
        self.file = file?.values ?? [:]
        faults = file?.faults ?? []
    }

    /// What a setting is set to. An empty value counts as none, also where it hides one in the file.
    func value(of name: String) -> String? {
        (variables[name] ?? file[name]).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The environment of this process, and the file that `GATEHOUSE_CONFIG_FILE` names.
    /// - Throws: `SettingsError` where that file cannot be read. Faulty lines are told with all other faults.
    public static func ofProcess() throws(SettingsError) -> SettingSource {
        let environment = ProcessInfo.processInfo.environment
        guard let path = environment["GATEHOUSE_CONFIG_FILE"], !path.isEmpty else { return SettingSource(environment) }
        do throws(SettingsFile.Unreadable) {
            return SettingSource(environment, file: try SettingsFile(path: path))
        } catch {
            throw SettingsError(faults: ["GATEHOUSE_CONFIG_FILE names \(path), which cannot be read: \(error)"])
        }
    }
}
