internal import COpenSSL

/// A secret key of one purpose. Keys of different purposes are different types, and none turns into another.
public protocol SecretKey: Sendable {
    /// The length of a new key, and of one that is derived.
    static var byteCount: Int { get }
    /// The lengths of keys that were made elsewhere.
    static var acceptedByteCounts: ClosedRange<Int> { get }

    /// Takes a secret whose length was checked.
    init(_ secret: SecretBytes)
}

extension SecretKey {
    /// Makes a new key.
    public init() {
        let secret = SecretBytes(count: Self.byteCount) { bytes in
            mustSucceed(RAND_priv_bytes(bytes, Int32(Self.byteCount)) == 1)
        }
        self.init(secret)
    }

    /// Copies a key. The caller wipes what it holds.
    /// - Throws: `CryptoError.invalidKey` unless the length is accepted.
    public init(bytes: some Collection<UInt8>) throws {
        guard Self.acceptedByteCounts.contains(bytes.count) else { throw CryptoError.invalidKey }
        self.init(SecretBytes(copying: bytes))
    }
}

/// The memory of a secret, which is wiped when the last key that refers to it goes. Only keys hold and make it.
public final class SecretBytes: @unchecked Sendable {
    /// Written by the initializers alone.
    private let memory: UnsafeMutableBufferPointer<UInt8>

    init(copying secret: some Collection<UInt8>) {
        memory = .allocate(capacity: secret.count)
        _ = memory.initialize(fromContentsOf: secret)
    }

    /// Makes a secret that a function writes.
    init(count: Int, _ write: (UnsafeMutablePointer<UInt8>?) -> Void) {
        memory = .allocate(capacity: count)
        memory.initialize(repeating: 0)
        write(memory.baseAddress)
    }

    deinit {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
        memory.deallocate()
    }

    /// Lends the secret.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(UnsafeBufferPointer(memory)) }
    }
}
