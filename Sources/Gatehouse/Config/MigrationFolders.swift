import Database

extension SettingKind where Value == [MigrationFolder] {
    static let migrationFolders = SettingKind(
        expectation: "a folder, followed by those of other packages, each as ,NAME=FOLDER", standIn: []
    ) { text in
        var folders: [MigrationFolder] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, MigrationFolder.isNamespace(parts[0]) {
                folders.append(MigrationFolder(parts[1], namespace: parts[0]))
            } else if let last = folders.popLast() {
                // A comma that is not followed by a name belongs to the path.
                folders.append(MigrationFolder("\(last.path),\(piece)", namespace: last.namespace))
            } else {
                folders.append(MigrationFolder(String(piece)))
            }
        }
        let isEach = folders.allSatisfy { !$0.path.isEmpty && !$0.path.hasSuffix(",") }
        return isEach && Set(folders.map(\.namespace)).count == folders.count ? folders : nil
    }
}
