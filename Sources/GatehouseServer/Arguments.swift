public import ArgumentParser
public import FoundationEssentials
import Web

extension UUID: @retroactive ExpressibleByArgument {
    /// An id in its 36-character form.
    public init?(argument: String) {
        self.init(uuidString: argument)
    }
}

/// Refuses a word that is none of those that may stand there.
func requireWord(_ word: String, of words: [String], as place: String) throws {
    guard words.contains(where: { $0.hasSameBytes(as: word) }) else {
        throw ValidationError("\(place) must be one of \(words.joined(separator: ", ")).")
    }
}

/// Whether to ask before something is lost.
struct ConfirmationOption: ParsableArguments {
    @Flag(name: .customLong("yes"), help: "Do not ask.")
    var isGiven = false

    /// Asks for a yes at a terminal, unless `--yes` was given.
    /// - Throws: `Terminal.Refusal.declined` where the answer is another.
    func confirm(_ question: String) throws {
        if !isGiven { try Terminal.confirm(question) }
    }
}

/// How many entries of a list to show.
struct LimitOption: ParsableArguments {
    @Option(parsing: .unconditional, help: "How many at most, 1 to 10000.")
    var limit = 100

    /// Refuses a limit that would fill the memory, or answer nothing.
    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
    }
}
