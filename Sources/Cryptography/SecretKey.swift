internal import COpenSSL

/// A secret key for one purpose. Keys for different purposes are different types, which cannot be converted.
public protocol SecretKey: Sendable {
    /// The length of a new or derived key.
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

    /// Makes a new key of another generator's numbers, without libcrypto.
    public init(from generator: inout some RandomNumberGenerator) {
        let secret = SecretBytes(count: Self.byteCount) { bytes in
            for index in 0..<Self.byteCount { bytes?[index] = generator.next() }
        }
        self.init(secret)
    }

    /// Copies a key. The caller wipes its own copy.
    /// - Throws: `CryptoError.invalidKey` unless the length is accepted.
    public init(bytes: some Collection<UInt8>) throws {
        guard Self.acceptedByteCounts.contains(bytes.count) else { throw CryptoError.invalidKey }
        self.init(SecretBytes(copying: bytes))
    }

    /// Reads a key as long as a new one, written in Base64 (RFC 4648, section 4). It is decoded into memory that is
    /// wiped later; the caller is responsible for the text.
    /// - Throws: `CryptoError.invalidKey` for another text or length.
    public init(base64 text: some StringProtocol) throws {
        let secret = try SecretBytes(base64: text.utf8)
        guard secret.count == Self.byteCount else { throw CryptoError.invalidKey }
        self.init(secret)
    }
}

/// The memory of a secret, which is wiped with the last key that refers to it. Only keys create and hold it.
public final class SecretBytes: @unchecked Sendable {
    /// Only the initializers write to it.
    private let memory: UnsafeMutableBufferPointer<UInt8>
    /// The length of the secret in bytes.
    let count: Int

    init(copying secret: some Collection<UInt8>) {
        count = secret.count
        memory = .allocate(capacity: count)
        _ = memory.initialize(fromContentsOf: secret)
    }

    /// Makes a secret that a function writes.
    init(count: Int, _ write: (UnsafeMutablePointer<UInt8>?) -> Void) {
        self.count = count
        memory = .allocate(capacity: count)
        memory.initialize(repeating: 0)
        write(memory.baseAddress)
    }

    /// Decodes Base64 with its padding.
    /// - Throws: `CryptoError.invalidKey` for another text.
    init(base64 text: some Sequence<UInt8>) throws {
        (memory, count) = try text.withBlock { text in
            let digits = text.prefix(while: Self.isBase64)
            let padding = text[digits.endIndex...]
            guard text.count.isMultiple(of: 4), padding.count <= 2, padding.allSatisfy({ $0 == UInt8(ascii: "=") }),
                let length = Int32(exactly: text.count)
            else { throw CryptoError.invalidKey }
            // The function writes three bytes for each four digits, including padding (EVP_DecodeBlock(3)).
            let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count / 4 * 3)
            memory.initialize(repeating: 0)
            mustSucceed(EVP_DecodeBlock(memory.baseAddress, text.baseAddress, length) == memory.count)
            return (memory, memory.count - padding.count)
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    deinit {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
        memory.deallocate()
    }

    /// Lends the secret.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(UnsafeBufferPointer(rebasing: memory[..<count])) }
    }
}
