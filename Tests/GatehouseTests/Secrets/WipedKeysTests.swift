import Testing

@testable import Cryptography
@testable import Gatehouse

/// No copy of a key stays in memory. The tests run one at a time, since each reads the memory of the whole process.
@Suite(.serialized) struct WipedKeysTests {
    /// The number of bytes of a secret to search for.
    private static let wantedCount = 16
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The digits of a key of 32 bytes in Base64, by their values.
    private let digits = RandomBytes.make(42).map { $0 & 63 } + [0]
    private var text: String { String(decoding: digits.map { Self.alphabet[Int($0)] }, as: UTF8.self) + "=" }

    /// Searches for the second half of the key, since the allocator may have overwritten the first half of freed
    /// memory.
    private func search() throws -> MemorySearch {
        try MemorySearch(byteCount: Self.wantedCount) { wanted in
            for index in 16..<32 { wanted[index - 16] = byte(at: index) }
        }
    }

    /// Searches for the key as libcrypto stores a number: the lowest byte first. So its second half in memory is the
    /// first half of the key.
    private func searchForNumber() throws -> MemorySearch {
        try MemorySearch(byteCount: Self.wantedCount) { wanted in
            for index in 0..<16 { wanted[index] = byte(at: 15 - index) }
        }
    }

    private func byte(at index: Int) -> UInt8 {
        let (first, place) = (index / 3 * 4 + index % 3, index % 3)
        return digits[first] << (2 * place + 2) | digits[first + 1] >> (4 - 2 * place)
    }

    @Test func `a released master key leaves no copy`() throws {
        let search = try search()
        do {
            let keys = try #require(MasterKeys("a:" + text))
            #expect(try search.count() == 1)
            let key: EncryptionKey = keys.newestKey(for: "a use").key
            let sealed = try key.seal([1], for: [])
            #expect(try key.open(sealed, for: []) == [1])
            #expect(try search.count() == 1)
        }
        #expect(try search.count() == 0)
        #expect(MasterKeys("a:\(text),b:AA==") == nil)
        #expect(try search.count() == 0)
    }

    @Test func `sealing leaves no copy of the secret`() throws {
        let search = try search()
        do {
            // After freeing so much memory, little of it is reused at once.
            var secret = RandomBytes.make(4096)
            defer { secret.wipe() }
            for index in 0..<32 { secret[2048 + index] = byte(at: index) }
            _ = try secret.withUnsafeBufferPointer { try EncryptionKey().seal($0, for: []) }
            #expect(try search.count() == 1)
        }
        #expect(try search.count() == 0)
    }

    @Test func `a released key of HMAC leaves no copy`() throws {
        try expectNoCopy(of: HMACKey<SHA256>.init(bytes:)) { key in
            #expect(key.isValid(key.code(for: [1]).bytes, for: [1]))
        }
    }

    @Test func `a released private key of Ed25519 leaves no copy`() throws {
        try expectNoCopy(of: Ed25519.PrivateKey.init(bytes:)) { key in
            let signature = try key.sign([1])
            #expect(key.publicKey.isValid(signature, for: [1]))
            try key.withBytes { #expect($0.count == Ed25519.keyByteCount) }
        }
    }

    @Test func `a released private key of ECDSA leaves no copy`() throws {
        try expectNoCopy(of: ECDSA<P256>.PrivateKey.init(bytes:)) { key in
            let signature = try key.sign([1])
            #expect(key.publicKey.isValid(signature, for: [1]))
            try key.withBytes { #expect($0.count == P256.byteCount) }
        }
    }

    /// Makes a key of 32 bytes, and searches for them while it exists and is used, and after it was released.
    private func expectNoCopy<Key>(of make: ([UInt8]) throws -> Key, use: (Key) throws -> Void) throws {
        let searches = [try search(), try searchForNumber()]
        let count = { try searches.reduce(0) { try $0 + $1.count() } }
        do {
            var bytes = [UInt8](repeating: 0, count: 32)
            for index in bytes.indices { bytes[index] = byte(at: index) }
            let key = try make(bytes)
            bytes.wipe()
            try use(key)
            #expect(try count() > 0)
            withExtendedLifetime(key) {}
        }
        #expect(try count() == 0)
    }

    @Test func `a released private key of RSA leaves no copy`() throws {
        var searches: [MemorySearch] = []
        let count = { (searches: [MemorySearch]) in try searches.reduce(0) { try $0 + $1.count() } }
        do {
            var numbers = try Self.numbersOfRSAKey()
            defer { for index in numbers.indices { numbers[index].wipe() } }
            // The private exponent and both primes, each in both byte orders.
            for index in 2...4 {
                searches.append(try Self.search(for: numbers[index]))
                searches.append(try Self.search(for: numbers[index], lowestFirst: true))
            }
            let key = try RSA<PSS, SHA256>.PrivateKey(
                modulus: numbers[0], exponent: numbers[1], privateExponent: numbers[2], firstPrime: numbers[3],
                secondPrime: numbers[4], firstExponent: numbers[5], secondExponent: numbers[6],
                coefficient: numbers[7])
            #expect(try key.publicKey.isValid(key.sign([1]), for: [1]))
            #expect(try count(searches) > 3)
            withExtendedLifetime(key) {}
        }
        #expect(try count(searches) == 0)
    }

    /// The numbers of a new key, as the initializer takes them.
    private static func numbersOfRSAKey() throws -> [[UInt8]] {
        let pair = try KeyPair(generating: "RSA")
        return [
            try pair.number("n", 256), try pair.number("e", 3), try pair.number("d", 256),
            try pair.number("rsa-factor1", 128), try pair.number("rsa-factor2", 128),
            try pair.number("rsa-exponent1", 128), try pair.number("rsa-exponent2", 128),
            try pair.number("rsa-coefficient1", 128),
        ]
    }

    /// Searches for a part of a number, starting in its middle.
    private static func search(for number: [UInt8], lowestFirst: Bool = false) throws -> MemorySearch {
        try MemorySearch(byteCount: wantedCount) { wanted in
            for index in 0..<wantedCount {
                let place = number.count / 2 + index
                wanted[index] = number[lowestFirst ? number.count - 1 - place : place]
            }
        }
    }
}
