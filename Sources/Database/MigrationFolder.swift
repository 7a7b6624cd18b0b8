/// The folder with the migrations of one package.
///
/// Several packages can have migrations in one schema: each has a namespace, in which its migrations have their own
/// order.
package struct MigrationFolder: Sendable, Equatable, CustomStringConvertible {
    /// The namespace of Gatehouse's own migrations. Their names in the database do not include it.
    package static let ownNamespace = "gatehouse"

    /// The name of the package.
    package let namespace: String
    /// The folder. A relative path is relative to the working directory.
    package let path: String

    /// Names a folder.
    package init(_ path: String, namespace: String = Self.ownNamespace) {
        self.namespace = namespace
        self.path = path
    }

    /// The folder as the setting names it.
    package var description: String { namespace == Self.ownNamespace ? path : "\(namespace)=\(path)" }

    /// Whether a word can be a namespace: it begins with a lower-case ASCII letter, goes on with such letters, digits,
    /// `_` and `-`, and has at most 40 characters.
    package static func isNamespace(_ word: some StringProtocol) -> Bool {
        guard let first = word.utf8.first, isLower(first), word.utf8.count <= 40 else { return false }
        return word.utf8.allSatisfy { byte in
            isLower(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || [UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
        }
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    /// The prefix of a namespace's names in the database.
    static func prefix(of namespace: String) -> String {
        namespace == ownNamespace ? "" : namespace + "/"
    }

    /// The namespace of a name in the database.
    static func namespace(of name: String) -> String {
        name.firstIndex(of: "/").map { String(name[..<$0]) } ?? ownNamespace
    }
}
