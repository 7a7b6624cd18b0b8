import Database

extension Modules {
    /// The folders of the migrations of a program: Gatehouse's first, then those of its other packages in the order of
    /// its modules.
    /// - Parameter folders: the folders of the settings; those of packages that the program does not have are ignored.
    /// - Throws: `MigrationError.invalidFiles` if the settings have no folder for a package.
    func migrationFolders(of folders: [MigrationFolder]) throws(MigrationError) -> [MigrationFolder] {
        var found: [MigrationFolder] = []
        for namespace in migrationNamespaces {
            guard let folder = folders.first(where: { $0.namespace == namespace }) else {
                let entry = namespace == MigrationFolder.ownNamespace ? "FOLDER" : "\(namespace)=FOLDER"
                throw .invalidFiles(
                    ["GATEHOUSE_MIGRATIONS has no folder for the migrations of \(namespace); add \(entry)"])
            }
            found.append(folder)
        }
        return found
    }
}
