import Cryptography
import Glibc
import JOSE
import Testing
import Web

/// Exchanges keys and tokens with other libraries: PyPI's joserfc and PyJWT, and cryptography alone. They run in the
/// Python environment of the test vectors, whose folder of packages `GATEHOUSE_TEST_VECTORS` names.
@Suite struct InteroperabilityTests {
    private struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The output of `jose.py`.
    private func python(_ arguments: String...) throws -> JSON {
        guard let packages = getenv("GATEHOUSE_TEST_VECTORS") else {
            throw Failed(description: "GATEHOUSE_TEST_VECTORS names no folder; deploy/test-swift sets it")
        }
        let script = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/jose.py"
        let words = ["\(String(cString: packages))/../../../bin/python", "-B", script] + arguments
        guard let output = popen(words.map { "'\($0)'" }.joined(separator: " "), "r") else {
            throw Failed(description: "no process")
        }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&part, 1, part.count, output), count > 0 { text += part.prefix(count) }
        guard pclose(output) == 0 else { throw Failed(description: "\(words.prefix(4)) failed; its output says why") }
        return try JSON(parsing: text)
    }

    private func elements(_ json: JSON?) -> [JSON] {
        if case .array(let elements)? = json { elements } else { [] }
    }

    private func text(_ json: JSON?) throws -> String { try #require(json?.string) }

    @Test func `this target verifies what others sign, and the reverse`() throws {
        let made = try python("make")
        let content = try text(made["content"])
        let keySet = try JWKSet(try #require(made["keySet"]), accepting: SignatureAlgorithm.allCases)
        #expect(keySet.keys.map(\.algorithm) == SignatureAlgorithm.allCases)

        var (keys, tokens): ([PrivateJWK], [JSON]) = ([], [])
        for entry in elements(made["keys"]) {
            let algorithm = try #require(SignatureAlgorithm(rawValue: text(entry["alg"])))
            let theirs = entry["tokens"]?.members ?? []
            #expect(theirs.map(\.name) == ["joserfc", "PyJWT", "cryptography"])
            for (library, token) in theirs.map({ ($0.name, $0.value) }) {
                let jws = try JWS(text(token))
                let key = try #require(keySet.key(for: jws))
                #expect(key.algorithm == algorithm)
                let payload = try jws.payload(verifiedBy: key, type: "at+jwt")
                #expect(payload == Array(content.utf8), "\(library) \(algorithm)")
            }
            let key = try PrivateJWK(try #require(entry["private"]), for: algorithm)
            #expect(key.publicKey.json == keySet.keys[keys.count].json)
            keys.append(key)
        }
        #expect(keys.map(\.publicKey.algorithm) == SignatureAlgorithm.allCases)

        keys += try newKeys()
        for key in keys {
            let token = try JWS.sign(Array(content.utf8), with: key, type: "at+jwt")
            tokens.append(["alg": .string(key.publicKey.algorithm.rawValue), "token": .string(token)])
        }
        let given: JSON = ["keySet": JWKSet(keys.map(\.publicKey)).json, "tokens": .array(tokens)]
        let found = elements(try python("check", String(decoding: given.text(), as: UTF8.self)))
        #expect(found.count == keys.count)
        for (key, read) in zip(keys, found) {
            let name = key.publicKey.algorithm.rawValue
            let header: JSON = [
                "alg": .string(name), "typ": "at+jwt", "kid": .string(try #require(key.publicKey.keyID)),
            ]
            #expect(read["header"] == header)
            for library in ["joserfc", "PyJWT", "cryptography"] {
                #expect(try text(read[library]) == content, "\(library) \(name)")
            }
        }
    }

    /// Keys made by this target.
    private func newKeys() throws -> [PrivateJWK] {
        [
            PrivateJWK(keyID: "a", try ECDSA<P256>.PrivateKey()), PrivateJWK(keyID: "b", try ECDSA<P384>.PrivateKey()),
            PrivateJWK(keyID: "c", try ECDSA<P521>.PrivateKey()), PrivateJWK(keyID: "d", try Ed25519.PrivateKey()),
            PrivateJWK(keyID: "e", try RSA<PKCS1, SHA256>.PrivateKey(bitCount: 2048)),
            PrivateJWK(keyID: "f", try RSA<PSS, SHA512>.PrivateKey(bitCount: 2048)),
        ]
    }
}
