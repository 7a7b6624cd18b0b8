import Glibc

/// The cost of password hashes, and the number of concurrent ones.
package struct PasswordSettings: Sendable {
    /// Memory of one hash, in KiB: Argon2's m.
    ///
    /// The defaults of m, t and p are the first choice of the OWASP Password Storage Cheat Sheet, section
    /// "Argon2id".
    package var memoryKiB: UInt32 = 47_104

    /// Passes over that memory: Argon2's t.
    package var iterations: UInt32 = 1

    /// Lanes, each computed by its own thread: Argon2's p.
    package var parallelism: UInt32 = 1

    /// Hashing threads, each with its own memory. By default one for each processor.
    package var threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// The number of hashes that may wait, besides those being computed, before further callers are refused.
    package var queueLimit = 14

    /// Makes the default settings.
    package init() {}

    var parameters: Argon2Parameters {
        Argon2Parameters(memoryKiB: memoryKiB, iterations: iterations, parallelism: parallelism)
    }
}
