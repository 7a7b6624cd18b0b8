import Database

extension Modules {
    /// The folders of the migrations of a program: Gatehouse's first, then those of its other packages in the order of
    /// its modules.
    /// - Parameter folders: those that the settings name; others than the program's count for nothing.
    /// - Throws: `MigrationError.invalidFiles` where the settings name none for a package.
    func migrationFolders(of folders: [MigrationFolder]) throws(MigrationError) -> [MigrationFolder] {
        var found: [MigrationFolder] = []
        for namespace in migrationNamespaces {
            guard let folder = folders.first(where: { $0.namespace == namespace }) else {
                let entry = namespace == MigrationFolder.ownNamespace ? "FOLDER" : "\(namespace)=FOLDER"
                throw .invalidFiles(
                    ["GATEHOUSE_MIGRATIONS names no folder for the migrations of \(namespace); add \(entry)"])
            }
            found.append(folder)
        }
        return found
    }
}
