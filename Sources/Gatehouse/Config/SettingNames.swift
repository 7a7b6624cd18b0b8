import Web

/// The names that the settings of a program have, and what somebody may have meant by another.
package struct SettingNames: Sendable {
    /// Every setting's, in the order in which they are read.
    let all: [String]

    /// The names in a settings file: the settings, and the ports, which `deploy/run` reads from the file of its stack.
    let ofFile: Set<String>

    /// Settings whose names contain a word of the operator's choice.
    private let families: [SettingFamily]

    /// - Parameter modules: the settings of the program's modules.
    package init(_ modules: [any ModuleSettings.Type]) {
        all = Settings.survey(SettingSource([:]), modules).settings.map(\.name)
        var reader = SettingReader(SettingSource([:]))
        _ = DeclaredSettings(modules, from: &reader)
        families = reader.families
        ofFile = Set(all).union(Self.ports)
    }

    /// Whether a settings file may have a line of this name.
    func mayBeInFile(_ name: String) -> Bool { ofFile.contains(name) || isOfFamily(name) }

    private func isOfFamily(_ name: String) -> Bool { families.contains { $0.contains(name) } }

    /// The names of what a module reads, in that order.
    static func read(by module: any ModuleSettings.Type) -> [String] {
        var reader = SettingReader(SettingSource([:]))
        _ = module.init(from: &reader)
        return reader.settings.map(\.name)
    }

    /// The families of settings that a module reads.
    static func families(of module: any ModuleSettings.Type) -> [SettingFamily] {
        var reader = SettingReader(SettingSource([:]))
        _ = module.init(from: &reader)
        return reader.families
    }

    /// Whether no module may have a setting of this name, since Gatehouse, its scripts or its tests have one.
    static func isTaken(_ name: String) -> Bool { ofGatehouse.contains(name) || isForTests(name) }

    /// Those of Gatehouse and its scripts, without those of modules.
    private static let ofGatehouse = SettingNames([]).ofEnvironment

    private static let ports = ["GATEHOUSE_HTTPS_PORT", "GATEHOUSE_HTTP_PORT"]

    /// The names in the environment: also the variable that names the file, and those of `deploy/run`.
    private var ofEnvironment: Set<String> {
        ofFile.union(["GATEHOUSE_CONFIG_FILE", "GATEHOUSE_RUN_DIR", "GATEHOUSE_PROGRAM"])
    }

    /// The variables of the tests, which are never suggested.
    private static let ofTests: Set = ["GATEHOUSE_URL", "GATEHOUSE_CA"]

    /// The variables of an environment that look like settings but are not, in order, each with a suggestion. Other
    /// programs may have set them, so they are not faults.
    func unheeded(in environment: [String: String]) -> [(name: String, meant: String?)] {
        let names = ofEnvironment
        return environment.keys.sorted()
            .filter { Self.isLikeOurs($0) && !names.contains($0) && !isOfFamily($0) && !Self.isForTests($0) }
            .map { ($0, meant(by: $0, among: names)) }
    }

    private static func isForTests(_ name: String) -> Bool {
        ofTests.contains(name) || name.hasPrefix("GATEHOUSE_TEST_")
    }

    /// The sentence about an unknown name. It repeats the name only if it looks like one of our own, since any other
    /// text before an equals sign may be part of a secret.
    func unknown(_ name: String) -> String {
        guard Self.isLikeOurs(name) else { return "it does not begin with the name of a setting in capitals." }
        return "there is no setting \(name)." + (meant(by: name).map { " Did you mean \($0)?" } ?? "")
    }

    /// Whether a name begins like our own, in any case, and could be one.
    static func isLikeOurs(_ name: String) -> Bool {
        name.utf8.count <= 64 && name.utf8.allSatisfy(isWordByte) && name.uppercased().utf8.starts(with: prefix.utf8)
    }

    /// Whether a setting can have a name: it begins as ours do, and is in capitals.
    static func isAcceptable(_ name: String) -> Bool {
        isLikeOurs(name) && name.uppercased().hasSameBytes(as: name) && name.utf8.count > prefix.utf8.count
    }

    private static let prefix = "GATEHOUSE_"

    /// The known name that is most similar to a name, in capitals; `nil` if none is similar.
    func meant(by name: String) -> String? { meant(by: name, among: all) }

    private func meant(by name: String, among names: some Sequence<String>) -> String? {
        let name = name.uppercased()
        let nearest = names.sorted().map { ($0, Self.distance(name, $0)) }.min { $0.1 < $1.1 }
        return nearest.flatMap { $0.1 <= 3 && 2 * $0.1 < name.utf8.count - Self.prefix.utf8.count ? $0.0 : nil }
    }

    /// The number of characters that must be inserted, removed or replaced to turn one text into the other
    /// (Levenshtein).
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
