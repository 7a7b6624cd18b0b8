import FoundationEssentials

/// The source of settings: environment variables, which take precedence, and the lines of a settings file.
package struct SettingSource: Sendable {
    /// The faults of the file's lines.
    let faults: [String]
    /// A sentence for each environment variable that looks like a setting but is not.
    package private(set) var unheeded: [String] = []
    /// Whether no file was read because the environment names none.
    private(set) var isWithoutFile = false
    /// The settings that faulty lines were intended to set.
    private let faulty: Set<String>
    private let variables: [String: String]
    private let file: [String: String]

    /// Reads variables, and a file with lower precedence.
    package init(_ variables: [String: String], file: SettingsFile? = nil) {
        self.variables = variables
        self.file = file?.values ?? [:]
        faults = file?.faults ?? []
        faulty = file?.faulty ?? []
    }

    /// The value of a setting. An empty value counts as none, even if the file has a value.
    func value(of name: String) -> String? {
        (variables[name] ?? file[name]).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a faulty line may have been intended to set it.
    func isFaulty(_ name: String) -> Bool { faulty.contains(name) }

    /// The environment of this process, and the file that `GATEHOUSE_CONFIG_FILE` names.
    /// - Parameter names: those of the program's settings.
    /// - Throws: `SettingsError` if that file cannot be read. Faulty lines are reported with all other faults.
    package static func ofProcess(_ names: SettingNames) throws(SettingsError) -> SettingSource {
        let environment = ProcessInfo.processInfo.environment
        var source = SettingSource(environment)
        if let path = environment["GATEHOUSE_CONFIG_FILE"], !path.isEmpty {
            do throws(SettingsFile.Unreadable) {
                source = SettingSource(environment, file: try SettingsFile(path: path, names))
            } catch {
                throw SettingsError(faults: ["GATEHOUSE_CONFIG_FILE names \(path), which cannot be read: \(error)"])
            }
        } else {
            source.isWithoutFile = true
        }
        source.unheeded = names.unheeded(in: environment).map { name, meant in
            "there is no setting \(name), so it has no effect." + (meant.map { " Did you mean \($0)?" } ?? "")
        }
        return source
    }
}
