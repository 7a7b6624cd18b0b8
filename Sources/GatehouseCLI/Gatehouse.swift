import ArgumentParser
import Gatehouse

/// The `gatehouse` program.
@main
struct GatehouseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "Accounts, sign-in and access control behind nginx, on MariaDB.",
        discussion: """
            Settings are GATEHOUSE_… environment variables, or lines NAME=value of the file that GATEHOUSE_CONFIG_FILE names; \
            the environment goes first. `gatehouse config` lists them all.
            """,
        version: Application.version,
        subcommands: [
            Serve.self, Migrate.self, User.self, Keys.self, Jobs.self, DoctorCommand.self, Config.self, Routes.self,
            OpenAPICommand.self,
        ])
}
