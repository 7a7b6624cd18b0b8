import FoundationEssentials

extension SettingSource {
    /// Reads variables, and a file with lower precedence.
    package init(_ variables: [String: String], file: SettingsFile) {
        self.init(variables, file: file.values, faults: file.faults, faulty: file.faulty)
    }

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
