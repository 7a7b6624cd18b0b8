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

extension PasswordSettings {
    /// The number of callers that may hold a place for a hash, computed or waiting: three eighths of the workers.
    /// nginx's idle kept connections may hold as many (deploy/nginx-config, KEEPALIVE). So a quarter is left for
    /// everything else, and a flood of sign-ins is refused at once, instead of waiting for workers with everybody else.
    static func places(of workers: Int) -> Int { workers * 3 / 8 }

    /// Reads the cost of password hashes.
    init(from reader: inout SettingReader, workers: Int) {
        self.init()
        memoryKiB = UInt32(
            reader.read(
                "GATEHOUSE_ARGON2_MEMORY_KIB", .integer(7168...1_048_576), default: "47104",
                "Memory of a password hash in KiB (OWASP: 47104 with one pass)."))
        iterations = UInt32(
            reader.read("GATEHOUSE_ARGON2_ITERATIONS", .integer(1...64), default: "1", "Passes of a password hash."))
        parallelism = UInt32(
            reader.read("GATEHOUSE_ARGON2_PARALLELISM", .integer(1...16), default: "1", "Lanes of a password hash."))
        let byDefault = min(threads, max(1, Self.places(of: workers) - 1))
        let count = reader.optional(
            "GATEHOUSE_HASH_THREADS", .integer(1...256),
            """
            Threads that hash passwords, each with that memory. By default one for each processor, but fewer than \
            three eighths of the workers.
            """)
        reader.imply("\(byDefault)")
        threads = count ?? byDefault
        queueLimit = max(1, Self.places(of: workers) - threads)
    }
}
