/// The source of settings: environment variables, which take precedence, and the lines of a settings file.
package struct SettingSource: Sendable {
    /// The faults of the file's lines.
    let faults: [String]
    /// A sentence for each environment variable that looks like a setting but is not.
    package internal(set) var unheeded: [String] = []
    /// Whether no file was read because the environment names none.
    var isWithoutFile = false
    /// The settings that faulty lines were intended to set.
    private let faulty: Set<String>
    private let variables: [String: String]
    private let file: [String: String]

    /// Reads variables, and the values of a file with lower precedence.
    /// - Parameters:
    ///   - faults: those of the file's lines.
    ///   - faulty: the settings that faulty lines may have been intended to set.
    package init(
        _ variables: [String: String], file: [String: String] = [:], faults: [String] = [], faulty: Set<String> = []
    ) {
        self.variables = variables
        self.file = file
        self.faults = faults
        self.faulty = faulty
    }

    /// The value of a setting. An empty value counts as none, even if the file has a value.
    func value(of name: String) -> String? {
        (variables[name] ?? file[name]).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a faulty line may have been intended to set it.
    func isFaulty(_ name: String) -> Bool { faulty.contains(name) }
}
