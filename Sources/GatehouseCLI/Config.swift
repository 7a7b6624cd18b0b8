import ArgumentParser
import Gatehouse

/// Shows the settings in force.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every setting with its effective value, secrets hidden, and what is wrong with them.",
        discussion: "Ends with 1 where something is wrong, which it tells on standard error.")

    @Flag(
        help: """
            Read a settings file from standard input, and print only what it sets, a line NAME=value each, without quotes and with \
            its secrets: for scripts, which need no rules of their own.
            """)
    var lines = false

    func run() throws {
        do {
            try lines ? printLines() : printSettings()
        } catch {
            throw Failure.told(error)
        }
    }

    private func printSettings() throws {
        let (settings, faults) = Settings.survey(try SettingSource.ofProcess())
        for setting in settings {
            let value = setting.value.map { setting.isSecret ? "(hidden)" : $0 } ?? "(not set)"
            print("\(setting.name)=\(value)")
        }
        if let error = SettingsError(faults) { throw error }
    }

    private func printLines() throws {
        let file = try SettingsFile(path: "/dev/stdin")
        if let error = SettingsError(file.faults) { throw error }
        for (name, value) in file.values.sorted(by: { $0.key < $1.key }) { print("\(name)=\(value)") }
    }
}
