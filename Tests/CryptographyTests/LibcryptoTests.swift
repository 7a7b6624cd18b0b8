import Testing

@testable import Cryptography

@Suite struct LibcryptoTests {
    @Test func `this machine's libcrypto offers what is needed`() throws {
        try Libcrypto.check()
    }

    @Test func `missing algorithms are named`() {
        let error = Libcrypto.Incomplete(missing: ["SHA-256", "HKDF"])
        #expect("\(error)" == "OpenSSL's libcrypto offers no SHA-256, HKDF")
        #expect(HashImplementation("SHA257", byteCount: 32).isOffered == false)
    }

    @Test func `a key of another generator's numbers has all of them`() throws {
        struct Counter: RandomNumberGenerator {
            var count: UInt64 = 0

            mutating func next() -> UInt64 {
                count += 1
                return count
            }
        }
        var generator = Counter()
        let key = HMACKey<SHA256>(from: &generator)
        let same = try HMACKey<SHA256>(bytes: 1...32)
        #expect(key.code(for: "a message".utf8).bytes == same.code(for: "a message".utf8).bytes)
    }
}
