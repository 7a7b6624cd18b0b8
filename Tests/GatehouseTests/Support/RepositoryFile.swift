import FoundationEssentials

/// Files of this checkout.
enum RepositoryFile {
    /// The text of a file.
    /// - Parameter path: relative to the top of the checkout.
    static func text(_ path: String) throws -> String {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return try String(contentsOfFile: (here.dropLast(4) + [path[...]]).joined(separator: "/"), encoding: .utf8)
    }
}
