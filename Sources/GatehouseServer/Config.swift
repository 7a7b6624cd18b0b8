import ArgumentParser
import Gatehouse

/// Shows the effective settings.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every setting with its effective value, secrets hidden, and report all faults.",
        discussion: """
            Exits with 1 if there is a fault. Faults go to standard error, with names in the environment that look \
            like settings but are not.
            """)

    @Flag(help: "Print and check the settings of `\(Program.command) migrate`, instead of those of the other commands.")
    var migrate = false

    @Flag(
        help: """
            Print the name, default and meaning of every setting, as rows of a table in Markdown, and check nothing.
            """)
    var manual = false

    @Flag(
        help: """
            For scripts: read a settings file from standard input, and print only its settings, one line NAME=value \
            each, without quotes and with secrets.
            """)
    var lines = false

    func validate() throws {
        guard [migrate, manual, lines].count(where: \.self) <= 1 else {
            throw ValidationError("Give only one of --migrate, --manual and --lines.")
        }
    }

    func run() throws {
        do {
            if lines { return try printLines() }
            try manual ? printManual() : printSettings()
        } catch {
            throw Failure.told(error)
        }
    }

    private func printSettings() throws {
        let program = Server.program
        let source = try SettingSource.ofProcess(program.settingNames)
        let (settings, faults) =
            migrate ? MigrationSettings.survey(source) : Settings.survey(source, program.moduleSettings)
        for setting in settings {
            let value = setting.value.map { setting.isSecret ? "(hidden)" : $0 } ?? setting.implied ?? "(not set)"
            print("\(setting.name)=\(value)")
        }
        for sentence in source.unheeded { Terminal.tell("\(Program.command): \(sentence)\n") }
        if let error = SettingsError(faults) { throw error }
    }

    private func printManual() throws {
        for setting in Settings.survey(SettingSource([:]), Server.program.moduleSettings).settings {
            let fallback = setting.fallback.map { "`\($0)`" } ?? "—"
            print("| `\(setting.name)` | \(fallback) | \(setting.summary)\(setting.isSecret ? " Secret." : "") |")
        }
    }

    private func printLines() throws {
        let file = try SettingsFile(path: "/dev/stdin", Server.program.settingNames)
        if let error = SettingsError(file.faults) { throw error }
        for (name, value) in file.values.sorted(by: { $0.key < $1.key }) { print("\(name)=\(value)") }
    }
}
