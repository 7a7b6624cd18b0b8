package import Database
package import Web

/// What a program is: its modules, and what its document calls it. The library of the commands keeps one; whatever
/// depends on the modules gets it handed in.
package struct Program: Sendable {
    /// Gatehouse as it comes, without modules of others.
    package static let gatehouse = Program(
        all: Modules.ofGatehouse, title: "Gatehouse", version: Application.version)

    /// What help, errors and advice call the program: the name of its executable.
    package static let command = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "gatehouse"

    /// The title of the document.
    package let title: String
    /// The version of the document, and what `--version` prints.
    package let version: String
    let modules: Modules

    /// Describes a program.
    /// - Parameter modules: those of others, beside Gatehouse's own.
    /// - Throws: `ModuleFaults` where what they say about themselves cannot be.
    package init(
        modules: [any Module.Type] = [], title: String = "Gatehouse", version: String = Application.version
    ) throws(ModuleFaults) {
        try ModuleFaults.check(modules, besides: Modules.ofGatehouse)
        self.init(all: Modules.ofGatehouse + modules, title: title, version: version)
    }

    private init(all modules: [any Module.Type], title: String, version: String) {
        self.modules = Modules(modules)
        self.title = title
        self.version = version
    }
}

extension Program {
    /// The permissions that roles are made of, in the order of their declarations.
    package var permissionsOfRoles: [Permission] { modules.permissions.roleDeclarations.map(\.permission) }
    /// The permissions that every user has over what is theirs.
    package var permissionsOfUsers: [Permission] { modules.permissions.userDeclarations.map(\.permission) }

    /// The settings of its modules.
    package var moduleSettings: [any ModuleSettings.Type] { modules.settings }
    /// The names of all settings.
    package var settingNames: SettingNames { SettingNames(moduleSettings) }

    /// The packages that have migrations, each behind those that it builds on. Gatehouse is the first.
    package var migrationNamespaces: [String] { modules.migrationNamespaces }

    /// The folders of its migrations, in the order in which the packages build on each other.
    /// - Parameter folders: those that the settings name.
    /// - Throws: `MigrationError.invalidFiles` where the settings name none for a package.
    package func migrationFolders(of folders: [MigrationFolder]) throws(MigrationError) -> [MigrationFolder] {
        try modules.migrationFolders(of: folders)
    }
}
