public import ArgumentParser
public import FoundationEssentials
import Web

extension UUID: @retroactive ExpressibleByArgument {
    /// An id in its 36-character form.
    public init?(argument: String) {
        self.init(uuidString: argument)
    }
}

/// Refuses a word that is not one of the accepted ones.
func requireWord(_ word: String, of words: [String], as place: String) throws {
    guard words.contains(where: { $0.hasSameBytes(as: word) }) else {
        throw ValidationError("\(place) must be one of \(words.joined(separator: ", ")).")
    }
}

/// Whether to ask for confirmation before data is lost.
struct ConfirmationOption: ParsableArguments {
    @Flag(name: .customLong("yes"), help: "Do not ask for confirmation.")
    var isGiven = false

    /// Asks for confirmation at a terminal, unless `--yes` was given.
    /// - Throws: `Terminal.Refusal.declined` for any other answer.
    func confirm(_ question: String) throws {
        if !isGiven { try Terminal.confirm(question) }
    }
}

/// The maximum number of entries of a list.
struct LimitOption: ParsableArguments {
    @Option(parsing: .unconditional, help: "The maximum number of entries, 1 to 10000.")
    var limit = 100

    /// Refuses a limit that would exhaust the memory, or show nothing.
    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
    }
}
