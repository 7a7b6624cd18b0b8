extension PasswordSettings {
    /// Reads what a password hash costs.
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
        if let count = reader.optional(
            "GATEHOUSE_HASH_THREADS", .integer(1...256),
            "Threads that hash passwords, each with that memory; one for each processor by default.")
        {
            threads = count
        }
        queueLimit = max(1, workers / 2)
    }
}
