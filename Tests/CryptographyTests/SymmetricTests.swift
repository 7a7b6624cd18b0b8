import Testing

@testable import Cryptography

@Suite struct SymmetricTests {
    private func bytes(_ record: Vectors.Record, _ name: String) throws -> [UInt8] {
        try CryptographyTests.bytes(record[name])
    }

    private func digests(_ path: String, _ digest: ([UInt8]) -> [UInt8]) throws {
        let records = try Vectors.records("hashes/\(path)", endingWith: "MD")
        #expect(records.count > 60)
        for record in records {
            let message = try bytes(record, "Msg").prefix(try #require(record["Len"].flatMap { Int($0) }) / 8)
            #expect(digest(Array(message)) == (try bytes(record, "MD")))
        }
    }

    @Test(arguments: ["Short", "Long"])
    func `digests agree with the vectors of NIST`(length: String) throws {
        try digests("SHA1/SHA1\(length)Msg.rsp") { SHA1.digest(of: $0) }
        try digests("SHA2/SHA256\(length)Msg.rsp") { SHA256.digest(of: $0).bytes }
        try digests("SHA2/SHA384\(length)Msg.rsp") { SHA384.digest(of: $0).bytes }
        try digests("SHA2/SHA512\(length)Msg.rsp") { SHA512.digest(of: $0).bytes }
    }

    @Test func `bytes in several blocks of memory have the same digest`() {
        let text = "caf\u{e9} \u{1f512}"
        let expected = SHA256.digest(of: Array(text.utf8))
        #expect(SHA256.digest(of: text.utf8) == expected)
        #expect(SHA256.digest(of: ("x" + text).utf8.dropFirst()) == expected)
        #expect(SHA256.digest(of: text.utf8.lazy.map { $0 }) == expected)
        #expect(SHA256.digest(of: EmptyCollection()) == SHA256.digest(of: [UInt8]()))
    }

    @Test func `threads do not affect each other`() async {
        let key = HMACKey<SHA256>()
        let code = key.code(for: "a message".utf8).bytes
        let same = await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<2000).allSatisfy { _ in
                        key.isValid(code, for: "a message".utf8) && SHA256.digest(of: code) == SHA256.digest(of: code)
                    }
                }
            }
            return await group.allSatisfy { $0 }
        }
        #expect(same)
    }

    private func codes<Function: HashFunction>(_ name: String, _: Function.Type) throws {
        let records = try Vectors.records("HMAC/rfc-4231-\(name).txt", endingWith: "MD")
        #expect(records.count >= 5)
        for record in records {
            let key = HMACKey<Function>(SecretBytes(copying: try bytes(record, "Key")))
            let (message, code) = (try bytes(record, "Msg"), try bytes(record, "MD"))
            #expect(key.code(for: message).bytes.starts(with: code))
            if code.count == Function.byteCount { #expect(key.isValid(code, for: message)) }
            #expect(!key.isValid(code, for: message + [0]))
            #expect(!key.isValid(code.dropLast(), for: message))
            #expect(!key.isValid([UInt8](), for: message))
        }
    }

    @Test func `message authentication codes agree with RFC 4231`() throws {
        try codes("sha256", SHA256.self)
        try codes("sha384", SHA384.self)
        try codes("sha512", SHA512.self)
    }

    private func derived<Function: HashFunction>(
        _ secret: [UInt8], _ salt: [UInt8], _ info: [UInt8], _ count: Int, _: Function.Type
    ) -> [UInt8] {
        let material = KeyMaterial(SecretBytes(copying: secret))
        return material.derive(count, Function.implementation, salt: salt, info: info).withBytes { Array($0) }
    }

    @Test func `derived keys agree with RFC 5869`() throws {
        let records = try Vectors.records("KDF/rfc-5869-HKDF-SHA256.txt", endingWith: "OKM")
        #expect(records.count == 3)
        for record in records {
            let key = derived(
                try bytes(record, "IKM"), try bytes(record, "salt"), try bytes(record, "info"),
                try #require(record["L"].flatMap { Int($0) }), SHA256.self)
            #expect(key == (try bytes(record, "OKM")))
        }
    }

    private struct DerivationGroup: Decodable {
        struct Vector: Decodable {
            let tcId: Int
            let ikm: String
            let salt: String
            let info: String
            let size: Int
            let okm: String
            let result: String
        }
        let tests: [Vector]
    }

    private func derivations<Function: HashFunction>(_ name: String, _ function: Function.Type) throws {
        let groups = try Vectors.wycheproof("Protocol/wycheproof/hkdf_\(name)", DerivationGroup.self)
        // Vectors that ask for more than the function can give are invalid; no key type does.
        let vectors = groups.flatMap(\.tests).filter { $0.result == "valid" }
        #expect(vectors.count > 60)
        for vector in vectors {
            let key = derived(
                try #require([UInt8](hexadecimal: vector.ikm)), try #require([UInt8](hexadecimal: vector.salt)),
                try #require([UInt8](hexadecimal: vector.info)), vector.size, function)
            #expect(key == [UInt8](hexadecimal: vector.okm), "\(name) \(vector.tcId)")
        }
    }

    @Test func `derived keys agree with the vectors of Wycheproof`() throws {
        try derivations("sha256", SHA256.self)
        try derivations("sha384", SHA384.self)
        try derivations("sha512", SHA512.self)
    }

    @Test func `a key of another length is refused`() throws {
        for count in [0, 16, 31, 33] {
            #expect(throws: CryptoError.invalidKey) { try EncryptionKey(bytes: [UInt8](repeating: 1, count: count)) }
        }
        #expect(throws: CryptoError.invalidKey) { try HMACKey<SHA256>(bytes: [UInt8](repeating: 1, count: 15)) }
        #expect(throws: CryptoError.invalidKey) { try KeyMaterial(bytes: [UInt8](repeating: 1, count: 15)) }
    }

    /// The values of RFC 4648, section 10, and further ones.
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"), ("fn5+Pz8/", "~~~???"),
    ])
    func `secrets are read from Base64`(text: String, secret: String) throws {
        #expect(try SecretBytes(base64: text.utf8).withBytes { Array($0) } == Array(secret.utf8))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zm9v====", "====", "=", "Z===", "Zg==Zg==", "Zm9 ", " Zm9v", "Zm9v\n", "Zm9v-",
        "fn5-Pz8_", "Zm=v", "Zm9\u{e9}", "Zm9v\0\0\0\0",
    ])
    func `invalid Base64 is refused`(text: String) {
        #expect(throws: CryptoError.invalidKey) { try SecretBytes(base64: text.utf8) }
    }

    @Test func `keys in Base64 have the length of new ones`() throws {
        let text = String(repeating: "A", count: 42)
        #expect(throws: Never.self) { try KeyMaterial(base64: text + "A=") }
        for other in ["", text + "==", text + "AA", text + "AAAAA=", String(repeating: "A", count: 22) + "=="] {
            #expect(throws: CryptoError.invalidKey) { try KeyMaterial(base64: other) }
        }
        let key = try EncryptionKey(base64: text + "A=")
        let sealed = try key.seal([1], for: [])
        #expect(try EncryptionKey(bytes: [UInt8](repeating: 0, count: 32)).open(sealed, for: []) == [1])
    }

    @Test func `secrets are compared as a whole`() {
        let secret: [UInt8] = [1, 2, 3]
        #expect(isEqualInConstantTime(secret, secret))
        #expect(isEqualInConstantTime([UInt8](), [UInt8]()))
        for other: [UInt8] in [[], [1, 2], [1, 2, 3, 0], [1, 2, 4], [0, 2, 3]] {
            #expect(!isEqualInConstantTime(secret, other))
        }
    }

    @Test(arguments: 0...40) func `blocks are equal if every byte is`(count: Int) {
        let block = RandomBytes.make(count)
        let isEqual = { (other: [UInt8]) in
            block.withUnsafeBytes { block in other.withUnsafeBytes { isEqualInConstantTime(block, $0) } }
        }
        #expect(isEqual(block))
        #expect(!isEqual(block + [0]))
        for index in block.indices {
            var other = block
            other[index] ^= 1 << (index % 8)
            #expect(!isEqual(other))
        }
    }

    @Test func `a wiped secret is gone`() {
        var secret = RandomBytes.make(32)
        secret.wipe()
        #expect(secret.isEmpty)
        #expect(Set((0..<100).map { _ in RandomBytes.make(16) }).count == 100)
        #expect(RandomBytes.make(0).isEmpty)
    }
}
