/// The names that settings have, and what somebody may have meant by another.
enum SettingNames {
    /// Every setting's, in the order in which they are read.
    static let all = Settings.survey(SettingSource([:])).settings.map(\.name)

    /// What may stand in a settings file: the settings, and the ports, which `deploy/run` reads from the file of its
    /// stack.
    static let ofFile = Set(all).union(["GATEHOUSE_HTTPS_PORT", "GATEHOUSE_HTTP_PORT"])

    /// What somebody may mean in the environment: besides, what names the file, and what belongs to `deploy/run`.
    private static let ofEnvironment = ofFile.union([
        "GATEHOUSE_CONFIG_FILE", "GATEHOUSE_RUN_DIR", "GATEHOUSE_PROGRAM",
    ])

    /// What the tests read. Nobody means these.
    private static let ofTests: Set = ["GATEHOUSE_URL", "GATEHOUSE_CA"]

    /// The variables of an environment that look like settings and are none, in order, each with what may have been
    /// meant. Others may have put them there, so they are no fault.
    static func unheeded(in environment: [String: String]) -> [(name: String, meant: String?)] {
        environment.keys.sorted()
            .filter { isLikeOurs($0) && !ofEnvironment.contains($0) && !ofTests.contains($0) }
            .filter { !$0.hasPrefix("GATEHOUSE_TEST_") }
            .map { ($0, meant(by: $0, among: ofEnvironment)) }
    }

    /// The sentence about a name that is none. It repeats only what looks like one of ours, since anything else before
    /// an equals sign may be a piece of a secret.
    static func unknown(_ name: String) -> String {
        guard isLikeOurs(name) else { return "it begins with no name of a setting, in capitals." }
        return "there is no setting \(name)." + (meant(by: name).map { " Did you mean \($0)?" } ?? "")
    }

    /// Whether a name begins as ours do, in capitals or not, and could be one.
    static func isLikeOurs(_ name: String) -> Bool {
        name.utf8.count <= 64 && name.utf8.allSatisfy(isWordByte) && name.uppercased().utf8.starts(with: prefix.utf8)
    }

    private static let prefix = "GATEHOUSE_"

    /// The name that a name is most like, in capitals; `nil` where it is like none.
    static func meant(by name: String, among names: some Sequence<String> = all) -> String? {
        let name = name.uppercased()
        let nearest = names.sorted().map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
        return nearest.flatMap { $0.1 <= 3 && 2 * $0.1 < name.utf8.count - prefix.utf8.count ? $0.0 : nil }
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

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
