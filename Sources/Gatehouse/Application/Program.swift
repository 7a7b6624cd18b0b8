package import Database
package import Web

/// A program: its modules, and the title and version of its document. The library of the commands keeps one; code that
/// depends on the modules gets it as a parameter.
package struct Program: Sendable {
    /// Gatehouse without modules of other packages.
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
    /// - Parameter modules: those of other packages, besides Gatehouse's own.
    /// - Throws: `ModuleFaults` if their declarations contradict each other.
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
    /// The permissions for roles, in the order of their declarations.
    package var permissionsOfRoles: [Permission] { modules.permissions.roleDeclarations.map(\.permission) }
    /// The permissions that every user has over their own data.
    package var permissionsOfUsers: [Permission] { modules.permissions.userDeclarations.map(\.permission) }

    /// The tables of its database.
    package var tables: [String] { modules.tables }

    /// The actions that its modules record in the audit.
    package var auditActions: [AuditAction] { modules.auditActions }

    /// The settings of its modules.
    package var moduleSettings: [any ModuleSettings.Type] { modules.settings }
    /// The names of all settings.
    package var settingNames: SettingNames { SettingNames(moduleSettings) }

    /// The packages with migrations, each after those on which it builds. Gatehouse is the first.
    package var migrationNamespaces: [String] { modules.migrationNamespaces }

    /// The folders of its migrations, each package after those on which it builds.
    /// - Parameter folders: the folders of the settings.
    /// - Throws: `MigrationError.invalidFiles` if the settings have no folder for a package.
    package func migrationFolders(of folders: [MigrationFolder]) throws(MigrationError) -> [MigrationFolder] {
        try modules.migrationFolders(of: folders)
    }
}
