import FoundationEssentials

/// The migrations of a folder: pairs of files `<yyyymmddhhmmss>_<module>_<what>.up.sql` and `.down.sql`.
struct MigrationFiles {
    let namespace: String
    private let directory: String
    /// The names as in the database, without file extensions, oldest first.
    let names: [String]

    /// Lists a folder; files that do not end in `.sql` are ignored.
    /// - Throws: `MigrationError.invalidFiles` with every fault.
    init(_ folder: MigrationFolder) throws(MigrationError) {
        let directory = folder.path
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw .invalidFiles(["\(directory) is not a readable directory"])
        }
        let prefix = MigrationFolder.prefix(of: folder.namespace)
        var faults: [String] = []
        var directions: [String: Set<String>] = [:]
        for file in files.sorted() where file.hasSuffix(".sql") {
            let parts = file.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, ["up", "down"].contains(parts[1]), MigrationFiles.isName(parts[0], behind: prefix)
            else {
                faults.append("\(file) is not named <yyyymmddhhmmss>_<module>_<what>.up.sql or .down.sql")
                continue
            }
            if MigrationTime(file.prefix(14)) == nil {
                faults.append("\(file) begins with \(file.prefix(14)), which is not a time <yyyymmddhhmmss>")
            }
            directions[parts[0], default: []].insert(parts[1])
        }
        for (name, found) in directions.sorted(by: { $0.key < $1.key }) {
            if !found.contains("up") { faults.append("\(name).up.sql is missing") }
            if !found.contains("down") { faults.append("\(name).down.sql is missing") }
        }
        let names = directions.keys.sorted()
        for (earlier, later) in zip(names, names.dropFirst()) where earlier.prefix(14) == later.prefix(14) {
            faults.append("\(earlier) and \(later) have the same time, so their order is undefined")
        }
        guard faults.isEmpty else { throw .invalidFiles(faults) }
        namespace = folder.namespace
        self.directory = directory
        self.names = names.map { prefix + $0 }
    }

    /// The text of the file `<name>.<direction>.sql`, whose name has no namespace.
    func text(of name: String, _ direction: MigrationDirection) throws(MigrationError) -> String {
        let prefix = MigrationFolder.prefix(of: namespace)
        let file = "\(name.dropFirst(prefix.count)).\(direction.rawValue).sql"
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(file)"),
            let text = String(validating: data, as: UTF8.self)
        else { throw .invalidFiles(["\(file) cannot be read as UTF-8"]) }
        return text
    }

    private static func isName(_ name: String, behind prefix: String) -> Bool {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        return parts.count >= 3 && prefix.utf8.count + name.utf8.count <= Migrator.longestName
            && parts[0].utf8.count == 14 && parts[0].utf8.allSatisfy(isDigit)
            && parts.dropFirst().allSatisfy {
                !$0.isEmpty && $0.utf8.allSatisfy { isDigit($0) || isLower($0) }
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
