import Glibc

/// A file of a fixed size that every process of a machine maps into its memory. Its first word identifies the layout.
struct SharedFile {
    /// The file cannot be used.
    struct Failure: Error, CustomStringConvertible {
        /// The setting that names the file.
        let setting: String
        let path: String
        let code: Int32

        var description: String { "\(setting): cannot use \(path): \(String(cString: strerror(code)))" }
    }

    /// The setting that names the file.
    let setting: String
    let path: String
    let byteCount: Int
    /// The layout, and its version.
    let mark: UInt64
    /// Whether a file of this layout is still usable.
    var isUsable: (_ descriptor: Int32) -> Bool = { _ in true }

    /// Opens the file, and creates a new one if it is missing, has another layout, or is no longer usable. The new file
    /// then takes its name, and processes that have mapped the old one keep that until they end. A lock on the folder
    /// lets one process at a time do this, and ends with that process.
    func open() throws(Failure) -> Int32 {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let lock = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw failure(errno) }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw failure(errno) }

        let present = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        if present >= 0 {
            if isOurs(present), isUsable(present) { return present }
            close(present)
        } else if errno != ENOENT {
            throw failure(errno)
        }
        return try make()
    }

    /// Maps the whole of an open file.
    func map(_ descriptor: Int32) throws(Failure) -> UnsafeMutablePointer<UInt64> {
        guard
            let mapping = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            mapping != MAP_FAILED
        else { throw failure(errno) }
        return mapping.assumingMemoryBound(to: UInt64.self)
    }

    /// Memory of this process alone, of whole zeros.
    static func memory(setting: String, byteCount: Int) throws(Failure) -> UnsafeMutablePointer<UInt64> {
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else {
            throw Failure(setting: setting, path: "memory", code: errno)
        }
        return memory.assumingMemoryBound(to: UInt64.self)
    }

    func failure(_ code: Int32) -> Failure { Failure(setting: setting, path: path, code: code) }

    private func make() throws(Failure) -> Int32 {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = Glibc.open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(errno) }
        // Allocates its blocks: a process that touches a page without room on the disk would be killed.
        var code = posix_fallocate(descriptor, 0, off_t(byteCount))
        var first = mark
        if code == 0, write(descriptor, &first, 8) != 8 || rename(draft, path) != 0 { code = errno }
        guard code == 0 else {
            close(descriptor)
            unlink(draft)
            throw failure(code)
        }
        return descriptor
    }

    private func isOurs(_ descriptor: Int32) -> Bool {
        var first: UInt64 = 0
        return lseek(descriptor, 0, SEEK_END) == off_t(byteCount) && pread(descriptor, &first, 8, 0) == 8
            && first == mark
    }
}
