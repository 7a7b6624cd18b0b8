import ArgumentParser
import Gatehouse

/// Administers the keys that sign access tokens.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List and replace the keys that sign access tokens.", subcommands: [ListKeys.self, RotateKeys.self])
}

/// What is shown of keys.
private let columns: KeyValuePairs = [
    "KEY ID": "kid", "GENERATION": "generation", "STATE": "state", "SIGNS FROM": "signsFrom",
    "VERIFIES UNTIL": "verifiesUntil", "WITHDRAWN": "withdrawnAt", "MASTER KEY": "masterKeyId",
]

struct ListKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List every signing key there ever was, newest first.",
        discussion: """
            States: published (in the key set, signs later), signing, verifying (signs nothing more, its tokens are \
            still accepted), past, withdrawn. MASTER KEY is the id of the master key that it is sealed under.
            """)

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer(columns) { try $0.listKeys() }
    }
}

struct RotateKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make the next signing key.",
        discussion: """
            The new key is published at once and signs from ten minutes on; the one before it verifies for sixteen \
            minutes more. Nobody is signed out. Several of these at once are safe: one makes a key, the others are \
            refused.
            """)

    @Flag(
        help: """
            The keys are known to others: withdraw them all, so that every access token is refused at once, and sign \
            with the new key from now on. Sessions go on with their next refresh.
            """)
    var compromised = false

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.rotateKeys(isCompromised: compromised) }
    }
}
