import FoundationEssentials
import Gatehouse
import Glibc

/// Files that `new-app` and `new-module` write: all of them, or none.
enum NewFiles {
    /// The time in the names of the template's migrations.
    static let templateTime = "20261130090000"

    /// The current time in the form of a migration's name, but later than all in a folder, so two migrations of the
    /// same second do not collide.
    static func time(after folder: String = "") -> String {
        let times = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
            Int($0.prefix(14))
        }
        let now = Date().utc("%Y%m%d%H%M%S")
        guard let newest = times.max(), let present = Int(now), newest >= present else { return now }
        return String(newest + 1)
    }

    /// - Throws: `NewFilesError` unless a folder is empty or not there yet.
    static func requireEmpty(_ folder: String) throws {
        guard !folder.isEmpty else { throw NewFilesError.noFolder }
        guard let entries = opendir(folder) else {
            guard errno == ENOENT else { throw failure(folder) }
            return
        }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name == "." || name == ".." else { throw NewFilesError.isThere(folder) }
        }
    }

    /// Writes files, each whole or not at all. After an error, removes the files and folders that it has made.
    /// - Parameter files: their paths in the folder. Only the last file may exist already; its text is replaced.
    static func write(_ files: [(path: String, text: String)], to folder: String) throws {
        var made: [String] = []
        do {
            for file in files {
                let path = "\(folder)/\(file.path)"
                try makeFolder(of: path, &made)
                if access(path, F_OK) != 0 { made.append(path) }
                try write(file.text, to: path)
            }
        } catch {
            for path in made.reversed() { _ = remove(path) }
            throw error
        }
    }

    /// Writes a file under another name first, and renames it once it is complete.
    private static func write(_ text: String, to path: String) throws {
        let fresh = path + ".new"
        guard let file = fopen(fresh, "wx") else { throw failure(fresh) }
        let bytes = Array(text.utf8)
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWritten, rename(fresh, path) == 0 else {
            defer { remove(fresh) }
            throw failure(path)
        }
    }

    private static func makeFolder(of path: String, _ made: inout [String]) throws {
        guard let end = path.lastIndex(of: "/"), end != path.startIndex else { return }
        let folder = String(path[..<end])
        if access(folder, F_OK) == 0 { return }
        try makeFolder(of: folder, &made)
        guard mkdir(folder, 0o777) == 0 else {
            // It is there under another name, such as `a/` of `a`, or another command has just made it.
            guard errno == EEXIST, isFolder(folder) else { throw failure(folder) }
            return
        }
        made.append(folder)
    }

    private static func isFolder(_ path: String) -> Bool {
        guard let entries = opendir(path) else { return false }
        closedir(entries)
        return true
    }

    /// The error of the last system call.
    private static func failure(_ path: String) -> NewFilesError {
        .failed(path, reason: String(cString: strerror(errno)))
    }
}
