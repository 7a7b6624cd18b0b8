/// One setting, for the documentation and for `gatehouse config`.
package struct Setting: Sendable {
    /// The environment variable, which is also the key in the settings file.
    package let name: String
    /// Its meaning, in one sentence.
    package let summary: String
    /// The default; `nil` if there is none.
    package let fallback: String?
    /// Whether its value must never be shown.
    package let isSecret: Bool
    /// The effective value; `nil` if there is none.
    package let value: String?
    /// The derived value that applies if none is given; a description in brackets if it has no text.
    package internal(set) var implied: String?
}
