import FoundationEssentials

/// Files of this checkout.
enum RepositoryFile {
    /// The text of a file.
    /// - Parameter path: relative to the top of the checkout.
    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: absolute(path), encoding: .utf8)
    }

    /// The paths of everything below a folder.
    /// - Parameter folder: relative to the top of the checkout, as the paths are.
    static func paths(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: absolute(folder)).map { folder + "/" + $0 }
    }

    private static func absolute(_ path: String) -> String {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return (here.dropLast(4) + [path[...]]).joined(separator: "/")
    }
}
