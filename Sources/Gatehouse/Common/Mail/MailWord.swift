/// A word of our own that is not part of an enumeration: a scope, the end of a secret.
public struct MailWord: Sendable {
    let text: String

    /// Accepts ASCII letters, digits, colons and hyphens, at most 64; `nil` for anything else, which is not our own.
    public init?(_ word: String) {
        let isWord = word.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "-"): true
            default: (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
            }
        }
        guard isWord, (1...64).contains(word.utf8.count) else { return nil }
        text = word
    }
}
