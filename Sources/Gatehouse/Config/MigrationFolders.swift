import Database

extension SettingKind where Value == [MigrationFolder] {
    static let migrationFolders = SettingKind(
        expectation: "a folder, and those of other packages as NAME=FOLDER, separated by commas", standIn: []
    ) { text in
        var folders: [MigrationFolder] = []
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let isNamed = parts.count == 2 && MigrationFolder.isNamespace(parts[0])
            let folder = isNamed ? MigrationFolder(parts[1], namespace: parts[0]) : MigrationFolder(String(entry))
            guard !folder.path.isEmpty, !folders.contains(where: { $0.namespace == folder.namespace }) else {
                return nil
            }
            folders.append(folder)
        }
        return folders
    }
}

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
