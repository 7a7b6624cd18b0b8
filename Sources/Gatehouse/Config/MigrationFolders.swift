import Database

extension SettingKind where Value == [MigrationFolder] {
    static let migrationFolders = SettingKind(
        expectation: "a folder, and behind it those of other packages, each as ,NAME=FOLDER", standIn: []
    ) { text in
        var folders: [MigrationFolder] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, MigrationFolder.isNamespace(parts[0]) {
                folders.append(MigrationFolder(parts[1], namespace: parts[0]))
            } else if let last = folders.popLast() {
                // A comma without a name behind it belongs to the path.
                folders.append(MigrationFolder("\(last.path),\(piece)", namespace: last.namespace))
            } else {
                folders.append(MigrationFolder(String(piece)))
            }
        }
        let isEach = folders.allSatisfy { !$0.path.isEmpty && !$0.path.hasSuffix(",") }
        return isEach && Set(folders.map(\.namespace)).count == folders.count ? folders : nil
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
