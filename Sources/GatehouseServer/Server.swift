import ArgumentParser
public import Gatehouse
import Threads

/// The command line of a program: `serve`, `migrate`, `user` and all the others.
public enum Server {
    // The argument parser creates the commands without parameters.
    private static let current = Lock(Program.gatehouse)

    /// The program of the commands.
    static var program: Program { current.withLock { $0 } }

    /// What is set for the program.
    static func settings() throws(SettingsError) -> Settings {
        try Settings.load(from: SettingSource.ofProcess(program.settingNames), program.moduleSettings)
    }

    /// Runs the command in the arguments of the process, with the modules of Gatehouse and these. A command that fails
    /// prints the reason to standard error and ends the process with a code other than 0; so does every command if the
    /// modules contradict each other, for example if two declare the same permission.
    ///
    ///     import GatehouseServer
    ///
    ///     Server.main(modules: [Notes.self])
    ///
    /// - Parameters:
    ///   - modules: the modules, in the order of their routes in the document.
    ///   - title: the title of the document.
    ///   - version: the version of the document, which `--version` prints; by default that of Gatehouse.
    public static func main(modules: [any Module.Type] = [], title: String = "Gatehouse", version: String? = nil) {
        do {
            let program = try Program(modules: modules, title: title, version: version ?? Application.version)
            current.withLock { $0 = program }
        } catch {
            GatehouseCommand.exit(withError: Failure.told(error))
        }
        GatehouseCommand.main()
    }
}

/// All commands.
struct GatehouseCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Program.command,
            abstract: "Accounts, sign-in and access control behind nginx, on MariaDB.",
            discussion: """
                Settings are GATEHOUSE_… environment variables, or lines NAME=value of the file that \
                GATEHOUSE_CONFIG_FILE names; the environment takes precedence. `\(Program.command) config` lists them \
                all.
                """,
            version: Server.program.version,
            subcommands: [
                Serve.self, Migrate.self, User.self, Keys.self, Jobs.self, DoctorCommand.self, Config.self, Routes.self,
                OpenAPICommand.self, NewApp.self, AddModule.self,
            ])
    }
}
