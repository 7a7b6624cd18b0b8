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

/// Refuses a limit that would fill the memory, or answer nothing.
func requireLimit(_ limit: Int) throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
}
