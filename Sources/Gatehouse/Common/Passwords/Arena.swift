import Glibc

/// The memory of one hashing thread, which libargon2 uses instead of allocating its own.
///
/// It is allocated once and on huge pages, because the page faults of fresh small pages cost as much as the hash.
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
        // One additional page leaves room to align to a huge page.
        mappedBytes = wholePages + Self.hugePage
        guard
            let mapping = mmap(nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            mapping != MAP_FAILED
        else { throw .memory(code: errno) }
        self.mapping = mapping
        let start = mapping.alignedUp(toMultipleOf: Self.hugePage)
        memory = start.assumingMemoryBound(to: UInt8.self)
        self.byteCount = wholePages
        // This is only advice: without huge pages, hashes are slower but correct.
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

    /// For `argon2_context.allocate_cbk`. libargon2 calls it once per hash, on the calling thread and without a
    /// context, so the arena is found through the thread.
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
