import Web

/// A password could not be hashed or verified. No case contains a password, a hash or a part of one.
enum PasswordHashError: Error, Equatable {
    /// The stored hash is not a PHC string of Argon2id, or its parameters are not acceptable.
    case malformed

    /// The settings have unacceptable parameters, no threads, or a negative queue.
    case unusableSettings

    /// The memory for a hash cannot be allocated: the `errno` of mmap(2).
    case memory(code: Int32)

    /// libargon2 refused, with one of its `ARGON2_…` codes.
    case argon2(code: Int32)

    /// The password could not be normalised.
    case normalization(NormalizationError)

    /// The hasher was not started, or was shut down.
    case stopped
}
