import Testing

@testable import Cryptography
@testable import Gatehouse

/// No copy of a key stays in memory. One test at a time, since each reads the memory of the whole process.
@Suite(.serialized) struct WipedKeysTests {
    /// How many bytes of a secret are looked for.
    private static let wantedCount = 16
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The digits of a key of 32 bytes in Base64, by their values.
    private let digits = RandomBytes.make(42).map { $0 & 63 } + [0]
    private var text: String { String(decoding: digits.map { Self.alphabet[Int($0)] }, as: UTF8.self) + "=" }

    /// Looks for the second half of the key: where memory was freed, the allocator may have written over the first.
    private func search() throws -> MemorySearch {
        try MemorySearch(byteCount: Self.wantedCount) { wanted in
            for index in 16..<32 { wanted[index - 16] = byte(at: index) }
        }
    }

    /// Looks for the key as libcrypto keeps a number: the lowest byte first. So its second half in memory is the first.
    private func searchForNumber() throws -> MemorySearch {
        try MemorySearch(byteCount: Self.wantedCount) { wanted in
            for index in 0..<16 { wanted[index] = byte(at: 15 - index) }
        }
    }

    private func byte(at index: Int) -> UInt8 {
        let (first, place) = (index / 3 * 4 + index % 3, index % 3)
        return digits[first] << (2 * place + 2) | digits[first + 1] >> (4 - 2 * place)
    }

    @Test func `a master key that goes leaves no copy`() throws {
        let search = try search()
        do {
            let keys = try #require(MasterKeys("a:" + text))
            #expect(try search.count() == 1)
            let key: EncryptionKey = try #require(keys.newestKey(for: "a use")).key
            let sealed = try key.seal([1], for: [])
            #expect(try key.open(sealed, for: []) == [1])
            #expect(try search.count() == 1)
        }
        #expect(try search.count() == 0)
        #expect(MasterKeys("a:\(text),b:AA==") == nil)
        #expect(try search.count() == 0)
    }

    @Test func `sealing leaves no copy of the secret that is sealed`() throws {
        let search = try search()
        do {
            // Where as much memory is freed, little of it is used again at once.
            var secret = RandomBytes.make(4096)
            defer { secret.wipe() }
            for index in 0..<32 { secret[2048 + index] = byte(at: index) }
            _ = try secret.withUnsafeBufferPointer { try EncryptionKey().seal($0, for: []) }
            #expect(try search.count() == 1)
        }
        #expect(try search.count() == 0)
    }

    @Test func `a key of HMAC that goes leaves no copy`() throws {
        try expectNoCopy(of: HMACKey<SHA256>.init(bytes:)) { key in
            #expect(key.isValid(key.code(for: [1]).bytes, for: [1]))
        }
    }

    @Test func `a private key of Ed25519 that goes leaves no copy`() throws {
        try expectNoCopy(of: Ed25519.PrivateKey.init(bytes:)) { key in
            let signature = try key.sign([1])
            #expect(key.publicKey.isValid(signature, for: [1]))
            try key.withBytes { #expect($0.count == Ed25519.keyByteCount) }
        }
    }

    @Test func `a private key of ECDSA that goes leaves no copy`() throws {
        try expectNoCopy(of: ECDSA<P256>.PrivateKey.init(bytes:)) { key in
            let signature = try key.sign([1])
            #expect(key.publicKey.isValid(signature, for: [1]))
            try key.withBytes { #expect($0.count == P256.byteCount) }
        }
    }

    /// Makes a key of 32 bytes, and looks for them while it is there, used, and when it has gone.
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

    @Test func `a private key of RSA that goes leaves no copy`() throws {
        var searches: [MemorySearch] = []
        let count = { (searches: [MemorySearch]) in try searches.reduce(0) { try $0 + $1.count() } }
        do {
            var numbers = try Self.numbersOfRSAKey()
            defer { for index in numbers.indices { numbers[index].wipe() } }
            // The private exponent and both primes, each in both orders of its bytes.
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

    /// A new key, as the initializer takes its numbers.
    private static func numbersOfRSAKey() throws -> [[UInt8]] {
        let pair = try KeyPair(generating: "RSA")
        return [
            try pair.number("n", 256), try pair.number("e", 3), try pair.number("d", 256),
            try pair.number("rsa-factor1", 128), try pair.number("rsa-factor2", 128),
            try pair.number("rsa-exponent1", 128), try pair.number("rsa-exponent2", 128),
            try pair.number("rsa-coefficient1", 128),
        ]
    }

    /// Looks for a part of a number, from the middle of it.
    private static func search(for number: [UInt8], lowestFirst: Bool = false) throws -> MemorySearch {
        try MemorySearch(byteCount: wantedCount) { wanted in
            for index in 0..<wantedCount {
                let place = number.count / 2 + index
                wanted[index] = number[lowestFirst ? number.count - 1 - place : place]
            }
        }
    }
}
