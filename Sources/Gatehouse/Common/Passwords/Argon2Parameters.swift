/// The cost of one Argon2id hash (RFC 9106, section 3.1).
struct Argon2Parameters: Equatable, Sendable {
    /// m, in KiB.
    let memoryKiB: UInt32

    /// t, passes over the memory.
    let iterations: UInt32

    /// p, lanes.
    let parallelism: UInt32

    /// Whether Argon2 allows them and one hash stays within 1 GiB, 64 passes and 16 lanes.
    ///
    /// The upper bounds are ours: a hash from elsewhere (an import, a restored table) must not be able to
    /// take the machine's memory or a thread for minutes.
    var areAcceptable: Bool {
        (1...16).contains(parallelism) && (1...64).contains(iterations)
            && memoryKiB >= 8 * parallelism && memoryKiB <= 1_048_576
    }

    /// The maximum memory that libargon2 requests.
    var arenaBytes: Int { Int(memoryKiB) * 1024 }
}
