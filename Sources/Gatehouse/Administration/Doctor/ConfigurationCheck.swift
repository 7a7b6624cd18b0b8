import FoundationEssentials
import Glibc

/// Whether the settings can be read, are valid, and have known names.
enum ConfigurationCheck {
    /// - Returns: the settings, if they are valid.
    static func examine(_ program: Program) -> (Settings?, [Finding]) {
        let environment = ProcessInfo.processInfo.environment
        let names = program.settingNames
        let file = environment["GATEHOUSE_CONFIG_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        var findings = [permissions(of: file)]
        do {
            let source = try SettingSource.ofProcess(names)
            let faults = Settings.survey(source, program.moduleSettings).faults
            findings += faults.map { fault($0) }
            findings += unknown(in: environment, names)
            guard faults.isEmpty else { return (nil, findings) }
            if findings.count == 1 { findings.insert(.ok("configuration", "valid"), at: 0) }
            return (try Settings.load(from: source, program.moduleSettings), findings)
        } catch {
            return (nil, findings + [fault("\(error)")])
        }
    }

    private static func fault(_ finding: String) -> Finding {
        .fault(
            "configuration", finding,
            """
            Correct it in the environment or the settings file; `serve` does not start before that. Then run \
            doctor again.
            """)
    }

    /// The file contains the master key and passwords.
    private static func permissions(of file: String?) -> Finding {
        guard let file else {
            return .ok("settings file", "none, since GATEHOUSE_CONFIG_FILE is not set; only the environment was read")
        }
        var status = stat()
        guard stat(file, &status) == 0 else {
            return .fault("settings file", "\(file): \(errorText())", "Create it, or correct GATEHOUSE_CONFIG_FILE.")
        }
        guard status.st_mode & 0o007 == 0 else {
            return .fault(
                "settings file", "everybody on this machine can read or write \(file)",
                "It holds secrets: chmod 0640 \(file), owned by root and the program's group.")
        }
        return .ok("settings file", file)
    }

    /// Variables that look like settings but are not: most are mistyped, so the intended setting has its default. In
    /// the file such a line is a fault, but the environment may contain variables of other programs.
    private static func unknown(in environment: [String: String], _ names: SettingNames) -> [Finding] {
        names.unheeded(in: environment).map { name, meant in
            let hint = meant.map { " Did you mean \($0)?" } ?? ""
            return .warning(
                "configuration", "there is no setting \(name), so it has no effect",
                "Remove it.\(hint) `\(Program.command) config` lists the settings.")
        }
    }

    static func errorText() -> String { String(cString: strerror(errno)) }
}
