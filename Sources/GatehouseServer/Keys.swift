import ArgumentParser
import Gatehouse

/// Administers the keys that sign access tokens.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List and replace the keys that sign access tokens.", subcommands: [ListKeys.self, RotateKeys.self])
}

/// The columns of keys.
private let columns: KeyValuePairs = [
    "KEY ID": "kid", "GENERATION": "generation", "STATE": "state", "SIGNS FROM": "signsFrom",
    "VERIFIES UNTIL": "verifiesUntil", "WITHDRAWN": "withdrawnAt", "MASTER KEY": "masterKeyId",
]

struct ListKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all signing keys, also former ones, newest first.",
        discussion: """
            States: published (in the key set, signs later), signing, verifying (no longer signs, but its tokens are \
            still accepted), past, withdrawn. MASTER KEY is the id of the master key that seals it.
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
            The new key is published at once and begins to sign after ten minutes; the previous key verifies for \
            sixteen minutes more. Nobody is signed out. Simultaneous rotations are safe: one makes a key, the others \
            are refused.
            """)

    @Flag(
        help: """
            The keys may be known to others: withdraw them all, which invalidates every access token at once, and sign \
            with the new key immediately. Sessions continue with their next refresh.
            """)
    var compromised = false

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.rotateKeys(isCompromised: compromised) }
    }
}
