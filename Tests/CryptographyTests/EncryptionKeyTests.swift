import Testing

@testable import Cryptography

@Suite struct EncryptionKeyTests {
    private struct Group: Decodable {
        struct Vector: Decodable {
            let tcId: Int
            let key: String
            let iv: String
            let aad: String
            let msg: String
            let ct: String
            let tag: String
            let result: String
        }
        let ivSize: Int
        let keySize: Int
        let tagSize: Int
        let tests: [Vector]
    }

    @Test func `messages are sealed and opened as in the vectors of Wycheproof`() throws {
        let groups = try Vectors.wycheproof("Cipher/wycheproof/aes_gcm", Group.self)
        let vectors = groups.filter { ($0.ivSize, $0.keySize, $0.tagSize) == (96, 256, 128) }.flatMap(\.tests)
        #expect(vectors.count > 60)
        #expect(vectors.contains { $0.result == "invalid" })
        for vector in vectors {
            let key = try EncryptionKey(bytes: try bytes(vector.key))
            let (nonce, context) = (try bytes(vector.iv), try bytes(vector.aad))
            let sealed = try nonce + bytes(vector.ct) + bytes(vector.tag)
            if vector.result == "valid" {
                #expect(try key.open(sealed, for: context) == bytes(vector.msg), "\(vector.tcId)")
                #expect(try key.seal(bytes(vector.msg), for: context, nonce: nonce) == sealed, "\(vector.tcId)")
            } else {
                #expect(throws: CryptoError.notAuthentic, "\(vector.tcId)") { try key.open(sealed, for: context) }
            }
        }
    }

    @Test func `messages are opened as in the vectors of NIST`() throws {
        var record: Vectors.Record = [:]
        var (opened, refused) = (0, 0)
        let lines = try Array(Vectors.data("cryptography_vectors/ciphers/AES/GCM/gcmDecrypt256.rsp"))
            .split(omittingEmptySubsequences: false) { $0 == 10 }
            .map { String(decoding: $0, as: UTF8.self).replacing("\r", with: "") }
        for line in lines {
            if line.isEmpty, let key = record["Key"], record["IV"]?.utf8.count == 24, record["Tag"]?.utf8.count == 32 {
                let key = try EncryptionKey(bytes: try bytes(key))
                let sealed = try bytes(record["IV"]) + bytes(record["CT"]) + bytes(record["Tag"])
                let message = try? key.open(sealed, for: try bytes(record["AAD"]))
                #expect(message == (record["FAIL"] == nil ? try bytes(record["PT"]) : nil))
                if message == nil { refused += 1 } else { opened += 1 }
            }
            if line.isEmpty { record = [:] }
            let parts = line.split(separator: "=", maxSplits: 1).map { String($0).replacing(" ", with: "") }
            if let name = parts.first { record[name] = parts.count == 2 ? parts[1] : "" }
        }
        #expect(opened > 100 && refused > 100)
    }

    @Test func `every altered byte is detected`() throws {
        let key = EncryptionKey()
        let message = Array("a message".utf8)
        let sealed = try key.seal(message, for: "a row".utf8)
        #expect(sealed.count == 12 + message.count + 16)
        #expect(try key.open(sealed, for: "a row".utf8) == message)
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: CryptoError.notAuthentic) { try key.open(altered, for: "a row".utf8) }
        }
        for count in 0..<sealed.count {
            #expect(throws: CryptoError.notAuthentic) { try key.open(sealed.prefix(count), for: "a row".utf8) }
        }
        #expect(throws: CryptoError.notAuthentic) { try key.open(sealed, for: "another row".utf8) }
        #expect(throws: CryptoError.notAuthentic) { try EncryptionKey().open(sealed, for: "a row".utf8) }
        #expect(try key.seal(message, for: "a row".utf8) != sealed)
    }
}
