import Database
import FoundationEssentials
import Gatehouse
import Glibc

/// Files that `new-app` and `new-module` write: all of them, or none.
enum NewFiles {
    /// The time in the names of the template's migrations.
    static let templateTime = "20261130090000"

    /// The current time in the form of a migration's name, but later than all in a folder, so two migrations of the
    /// same second do not collide.
    static func time(after folder: String = "") throws -> String {
        let newest = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .compactMap { MigrationTime($0.prefix(14)) }.max()
        let now = MigrationTime(Date().utc("%Y%m%d%H%M%S"))
        guard let time = [now, newest?.next].compactMap(\.self).max(), newest.map({ $0 < time }) ?? true else {
            throw NewFilesError.failed(folder, reason: "no time is later than that of its last migration")
        }
        return time.description
    }

    /// The text of a file; `nil` if there is no such file.
    static func text(_ path: String) throws -> String? {
        guard access(path, R_OK) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw NewFilesError.unreadable(path, reason: String(cString: strerror(errno)))
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else { throw NewFilesError.unreadable(path, reason: "it is not a text in UTF-8") }
        return text
    }

    /// - Throws: `NewFilesError` unless a folder is empty.
    static func requireEmpty(_ folder: String) throws {
        guard let entries = opendir(folder) else { throw failure(folder) }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name == "." || name == ".." else { throw NewFilesError.isThere(folder) }
        }
    }

    /// Writes files to a folder, which is created if it is missing. Meanwhile no other such command writes there, and
    /// signals that would end the process wait. After an error, removes the files and folders that it has made.
    /// - Parameter files: returns the paths in the folder, and the texts. Only the last file may exist already; its
    ///   text is replaced.
    static func write(to folder: String, _ files: () throws -> [(path: String, text: String)]) throws {
        try withoutSignals {
            var made: [String] = []
            do {
                try makeFolder(folder, &made)
                let lock = try lock(folder)
                defer { close(lock) }
                for file in try files() {
                    let path = "\(folder)/\(file.path)"
                    if let end = path.lastIndex(of: "/") { try makeFolder(String(path[..<end]), &made) }
                    if access(path, F_OK) != 0 { made.append(path) }
                    try write(file.text, to: path)
                }
            } catch {
                for path in made.reversed() { _ = remove(path) }
                throw error
            }
        }
    }

    /// Runs a function. Signals that would end the process have their effect afterwards.
    private static func withoutSignals(_ body: () throws -> Void) rethrows {
        var held = sigset_t()
        var before = sigset_t()
        sigemptyset(&held)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] { sigaddset(&held, signal) }
        pthread_sigmask(SIG_BLOCK, &held, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// Locks a folder until the descriptor is closed. Some network file systems cannot lock folders; there, two
    /// commands at once are not noticed.
    private static func lock(_ folder: String) throws -> Int32 {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close(descriptor)
            throw NewFilesError.isBusy(folder)
        }
        return descriptor
    }

    /// Writes a file under another name first, and renames it once it is complete. An existing file keeps its mode, and
    /// a symbolic link its target.
    private static func write(_ text: String, to path: String) throws {
        let target = realpath(path, nil)
        defer { free(target) }
        let path = target.map { String(cString: $0) } ?? path
        var existing = stat()
        let isThere = stat(path, &existing) == 0
        guard !isThere || access(path, W_OK) == 0 else { throw failure(path) }
        let fresh = path + ".new"
        guard let file = fopen(fresh, "wx") else { throw failure(fresh) }
        let bytes = Array(text.utf8)
        let isWritten =
            fwrite(bytes, 1, bytes.count, file) == bytes.count
            && (!isThere || fchmod(fileno(file), existing.st_mode & 0o7777) == 0)
        guard fclose(file) == 0, isWritten, rename(fresh, path) == 0 else {
            defer { remove(fresh) }
            throw failure(path)
        }
    }

    private static func makeFolder(_ folder: String, _ made: inout [String]) throws {
        if folder.isEmpty || access(folder, F_OK) == 0 { return }
        if let end = folder.lastIndex(of: "/") { try makeFolder(String(folder[..<end]), &made) }
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
