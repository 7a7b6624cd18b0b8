import ArgumentParser
import Gatehouse

/// Shows the settings in force.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every setting with its effective value, secrets hidden, and what is wrong with them.")

    func run() throws {
        let (settings, faults) = Settings.survey(try Settings.source())
        for setting in settings {
            let value = setting.value.map { setting.isSecret ? "(hidden)" : $0 } ?? "(not set)"
            print("\(setting.name)=\(value)")
        }
        if let error = SettingsError(faults) {
            print("\n\(error)")
            throw ExitCode.failure
        }
    }
}
