import Glibc

/// The memory of one hashing thread, handed to libargon2 in place of memory of its own.
///
/// Allocated once and on huge pages, because with fresh small pages the page faults cost as much as the hash.
/// libargon2 wipes it after each hash. Used by one thread at a time.
final class Arena: @unchecked Sendable {
    private let mapping: UnsafeMutableRawPointer
    private let mappedBytes: Int
    private let memory: UnsafeMutablePointer<UInt8>
    private let byteCount: Int

    /// The size of a huge page on x86-64 and, with 4 KiB pages, on arm64.
    private static let hugePage = 2 << 20

    /// Takes memory from the system.
    /// - Throws: `PasswordHashError.memory` when there is none.
    init(byteCount: Int) throws(PasswordHashError) {
        let wholePages = (byteCount + Self.hugePage - 1) / Self.hugePage * Self.hugePage
        // One page more than needed leaves room to begin where a huge page begins.
        mappedBytes = wholePages + Self.hugePage
        guard
            let mapping = mmap(nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            mapping != MAP_FAILED
        else { throw .memory(code: errno) }
        self.mapping = mapping
        let start = mapping.alignedUp(toMultipleOf: Self.hugePage)
        memory = start.assumingMemoryBound(to: UInt8.self)
        self.byteCount = wholePages
        // Only an advice: a kernel without huge pages makes hashes slower, not wrong.
        madvise(start, wholePages, MADV_HUGEPAGE)
    }

    deinit {
        munmap(mapping, mappedBytes)
    }

    /// Whether a hash with these parameters fits.
    func holds(_ parameters: Argon2Parameters) -> Bool { parameters.arenaBytes <= byteCount }

    /// Calls libargon2 with this arena as its memory.
    func lend<Result>(_ body: () -> Result) -> Result {
        pthread_setspecific(Self.lent, Unmanaged.passUnretained(self).toOpaque())
        defer { pthread_setspecific(Self.lent, nil) }
        return body()
    }

    /// For `argon2_context.allocate_cbk`. libargon2 calls it once a hash, on the thread that called it, and
    /// gives it no context; so the arena is found through the thread.
    static let allocate: @convention(c) (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, Int) -> Int32 =
        {
            result, byteCount in
            guard let result, let lent = pthread_getspecific(Arena.lent) else { return -1 }
            let arena = Unmanaged<Arena>.fromOpaque(lent).takeUnretainedValue()
            guard byteCount <= arena.byteCount else { return -1 }
            result.pointee = arena.memory
            return 0
        }

    /// For `argon2_context.free_cbk`: the arena keeps its memory.
    static let free: @convention(c) (UnsafeMutablePointer<UInt8>?, Int) -> Void = { _, _ in }

    private static let lent: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()
}
