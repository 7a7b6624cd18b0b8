import FoundationEssentials
import Glibc

/// Whether the settings can be read, are valid, and mean what they should.
enum ConfigurationCheck {
    /// - Returns: the settings, where they are valid.
    static func examine() -> (Settings?, [Finding]) {
        let file = ProcessInfo.processInfo.environment["GATEHOUSE_CONFIG_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        var findings = [permissions(of: file)]
        do {
            let source = try Settings.source()
            let (known, faults) = Settings.survey(source)
            findings += faults.map { fault($0) }
            findings += unknown(in: file, knowing: known.map(\.name))
            guard faults.isEmpty else { return (nil, findings) }
            if findings.count == 1 { findings.insert(.ok("configuration", "valid"), at: 0) }
            return (try Settings.load(from: source), findings)
        } catch {
            return (nil, findings + [fault("\(error)")])
        }
    }

    private static func fault(_ finding: String) -> Finding {
        .fault(
            "configuration", finding,
            "Put it right in the environment or the settings file; `serve` does not start before. Then examine again.")
    }

    /// The file holds the master key and passwords.
    private static func permissions(of file: String?) -> Finding {
        guard let file else { return .ok("settings file", "none; the settings are in the environment") }
        var status = stat()
        guard stat(file, &status) == 0 else {
            return .fault("settings file", "\(file): \(errorText())", "Make it, or correct GATEHOUSE_CONFIG_FILE.")
        }
        guard status.st_mode & 0o007 == 0 else {
            return .fault(
                "settings file", "everybody on this machine may read or write \(file)",
                "It holds secrets: chmod 0640 \(file), owned by root and the program's group.")
        }
        return .ok("settings file", file)
    }

    /// Names that look like settings and are none: most are mistyped, and what was meant has its default.
    private static func unknown(in file: String?, knowing known: [String]) -> [Finding] {
        let given = Set(ProcessInfo.processInfo.environment.keys).union(file.map(names) ?? [])
        let unknown = given.filter { $0.hasPrefix("GATEHOUSE_") && !known.contains($0) && !others.contains($0) }
        return unknown.sorted().map { name in
            let nearest = known.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
            let hint = nearest.flatMap { $0.1 <= 3 ? " Did you mean \($0.0)?" : nil } ?? ""
            return .warning(
                "configuration", "there is no setting \(name), so it has no effect",
                "Remove it.\(hint) `gatehouse config` lists the settings.")
        }
    }

    /// What belongs to `deploy/run` and to the program's start, and is no setting.
    private static let others: Set = [
        "GATEHOUSE_CONFIG_FILE", "GATEHOUSE_RUN_DIR", "GATEHOUSE_HTTPS_PORT", "GATEHOUSE_HTTP_PORT",
        "GATEHOUSE_PROGRAM",
    ]

    private static func names(in file: String) -> [String] {
        guard let content = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
        return content.split(whereSeparator: \.isNewline).compactMap { line in
            let name = line.prefix { $0 != "=" }.filter { !$0.isWhitespace }
            return name.hasPrefix("#") || name.count == line.count ? nil : String(name)
        }
    }

    /// How many characters must be inserted, removed or replaced to make one text of the other (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var previous = Array(0...right.count)
        for (row, character) in left.utf8.enumerated() {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (right[column] == character ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }

    static func errorText() -> String { String(cString: strerror(errno)) }
}
