import Testing

@testable import Cryptography

@Suite struct SignatureVectorTests {
    // MARK: - ECDSA

    private struct CurveGroup: Decodable {
        struct Key: Decodable {
            let wx: String
            let wy: String
        }
        let publicKey: Key
        let tests: [SignatureVector]
    }

    private func wycheproof<Curve: EllipticCurve>(
        _ name: String, _: Curve.Type, _ read: ([UInt8]) throws -> ECDSA<Curve>.Signature
    ) throws {
        var (accepted, refused) = (0, 0)
        for group in try Vectors.wycheproof("Signature/wycheproof/ecdsa_\(name)", CurveGroup.self) {
            let key = try ECDSA<Curve>.PublicKey(
                x: bytes(group.publicKey.wx).padded(to: Curve.byteCount),
                y: bytes(group.publicKey.wy).padded(to: Curve.byteCount))
            for vector in group.tests {
                let message = try bytes(vector.msg)
                let isValid = (try? read(bytes(vector.sig))).map { key.isValid($0, for: message) } ?? false
                #expect(isValid == (vector.result == "valid"), "\(name) \(vector.tcId)")
                if isValid { accepted += 1 } else { refused += 1 }
            }
        }
        #expect(accepted > 100 && refused > 50, "\(name): \(accepted) and \(refused)")
    }

    @Test func `ECDSA agrees with the vectors of Wycheproof, in DER and in fixed width`() throws {
        try wycheproof("secp256r1_sha256", P256.self) { try .init(der: $0) }
        try wycheproof("secp384r1_sha384", P384.self) { try .init(der: $0) }
        try wycheproof("secp521r1_sha512", P521.self) { try .init(der: $0) }
        try wycheproof("secp256r1_sha256_p1363", P256.self) { try .init(fixedWidth: $0) }
        try wycheproof("secp384r1_sha384_p1363", P384.self) { try .init(fixedWidth: $0) }
        try wycheproof("secp521r1_sha512_p1363", P521.self) { try .init(fixedWidth: $0) }
    }

    private func nist<Curve: EllipticCurve>(_ heading: String, _: Curve.Type) throws {
        let records = try Vectors.records("asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", endingWith: "Result")
            .filter { $0["heading"] == heading }
        #expect(records.count == 15)
        for record in records {
            func number(_ name: String) throws -> [UInt8] {
                let digits = try #require(record[name])
                // Some have an odd number of digits.
                return try bytes(digits.utf8.count % 2 == 0 ? digits : "0" + digits).padded(to: Curve.byteCount)
            }
            let message = try bytes(record["Msg"])
            let key = try? ECDSA<Curve>.PublicKey(x: number("Qx"), y: number("Qy"))
            let signature = try ECDSA<Curve>.Signature(fixedWidth: number("R") + number("S"))
            let isValid = key?.isValid(signature, for: message) ?? false
            #expect(isValid == record["Result"]?.hasPrefix("P"), "\(heading) \(record["Msg"] ?? "")")
        }
    }

    @Test func `ECDSA agrees with the vectors of NIST`() throws {
        try nist("[P-256,SHA-256]", P256.self)
        try nist("[P-384,SHA-384]", P384.self)
        try nist("[P-521,SHA-512]", P521.self)
    }

    /// RFC 6979, A.2.5: the private key, its public key, and the signature of "sample" with SHA-256.
    @Test func `ECDSA verifies the signature of RFC 6979 with the key of its example`() throws {
        let key = try ECDSA<P256>.PrivateKey(
            bytes: bytes("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"))
        #expect(
            key.publicKey.x == (try bytes("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6")))
        #expect(
            key.publicKey.y == (try bytes("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")))
        let signature = try ECDSA<P256>.Signature(
            fixedWidth: bytes(
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
                    + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"))
        #expect(key.publicKey.isValid(signature, for: "sample".utf8))
        #expect(!key.publicKey.isValid(signature, for: "test".utf8))
    }

    // MARK: - Ed25519

    @Test func `Ed25519 signs as in RFC 8032`() throws {
        let lines = try Array(Vectors.data("cryptography_vectors/asymmetric/Ed25519/sign.input")).split(separator: 10)
        #expect(lines.count == 1024)
        for line in lines {
            let parts = String(decoding: line, as: UTF8.self).split(separator: ":", omittingEmptySubsequences: false)
            let (seed, published) = (try bytes(String(parts[0].prefix(64))), try bytes(String(parts[1])))
            let (message, expected) = (try bytes(String(parts[2])), try bytes(String(parts[3].prefix(128))))
            let key = try Ed25519.PrivateKey(bytes: seed)
            #expect(key.publicKey.bytes == published)
            #expect(try key.sign(message).bytes == expected)
            #expect(try key.withBytes { Array($0) } == seed)
            #expect(try Ed25519.PublicKey(bytes: published).isValid(.init(bytes: expected), for: message))
        }
    }

    private struct EdwardsGroup: Decodable {
        struct Key: Decodable { let pk: String }
        let publicKey: Key
        let tests: [SignatureVector]
    }

    @Test func `Ed25519 agrees with the vectors of Wycheproof`() throws {
        var (accepted, refused) = (0, 0)
        for group in try Vectors.wycheproof("Signature/wycheproof/ed25519", EdwardsGroup.self) {
            let key = try Ed25519.PublicKey(bytes: bytes(group.publicKey.pk))
            for vector in group.tests where vector.result != "acceptable" {
                let signature = try? Ed25519.Signature(bytes: bytes(vector.sig))
                let isValid = try signature.map { key.isValid($0, for: try bytes(vector.msg)) } ?? false
                #expect(isValid == (vector.result == "valid"), "\(vector.tcId)")
                if isValid { accepted += 1 } else { refused += 1 }
            }
        }
        #expect(accepted > 80 && refused > 40)
        for count in [0, 31, 33] {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(throws: CryptoError.invalidKey) { try Ed25519.PublicKey(bytes: bytes) }
            #expect(throws: CryptoError.invalidKey) { try Ed25519.PrivateKey(bytes: bytes) }
            #expect(throws: CryptoError.invalidSignature) { try Ed25519.Signature(bytes: bytes) }
        }
    }

    // MARK: - RSA

    private struct RSAGroup: Decodable {
        struct Key: Decodable {
            let modulus: String
            let publicExponent: String
        }
        let publicKey: Key
        let tests: [SignatureVector]
    }

    private func wycheproof<Padding: RSAPadding, Function: HashFunction>(
        _ name: String, _: Padding.Type, _: Function.Type
    ) throws {
        var (accepted, refused) = (0, 0)
        for group in try Vectors.wycheproof("Signature/wycheproof/rsa_\(name)", RSAGroup.self) {
            let key = try RSA<Padding, Function>.PublicKey(
                modulus: bytes(group.publicKey.modulus), exponent: bytes(group.publicKey.publicExponent))
            for vector in group.tests where vector.result != "acceptable" {
                let signature = RSA<Padding, Function>.Signature(bytes: try bytes(vector.sig))
                let isValid = key.isValid(signature, for: try bytes(vector.msg))
                #expect(isValid == (vector.result == "valid"), "\(name) \(vector.tcId)")
                if isValid { accepted += 1 } else { refused += 1 }
            }
        }
        #expect(accepted > 5 && refused > 20, "\(name): \(accepted) and \(refused)")
    }

    @Test func `RSA agrees with the vectors of Wycheproof`() throws {
        for size in [2048, 3072, 4096, 8192] {
            try wycheproof("signature_\(size)_sha256", PKCS1.self, SHA256.self)
            try wycheproof("signature_\(size)_sha384", PKCS1.self, SHA384.self)
            try wycheproof("signature_\(size)_sha512", PKCS1.self, SHA512.self)
        }
        try wycheproof("pss_2048_sha256_mgf1_32", PSS.self, SHA256.self)
        try wycheproof("pss_2048_sha384_mgf1_48", PSS.self, SHA384.self)
        try wycheproof("pss_3072_sha256_mgf1_32", PSS.self, SHA256.self)
        try wycheproof("pss_4096_sha256_mgf1_32", PSS.self, SHA256.self)
        try wycheproof("pss_4096_sha384_mgf1_48", PSS.self, SHA384.self)
        try wycheproof("pss_4096_sha512_mgf1_64", PSS.self, SHA512.self)
    }

    @Test func `RSA refuses a salt of another length`() throws {
        for group in try Vectors.wycheproof("Signature/wycheproof/rsa_pss_2048_sha256_mgf1_0", RSAGroup.self) {
            let key = try RSA<PSS, SHA256>.PublicKey(
                modulus: bytes(group.publicKey.modulus), exponent: bytes(group.publicKey.publicExponent))
            for vector in group.tests where vector.result == "valid" {
                #expect(!key.isValid(.init(bytes: try bytes(vector.sig)), for: try bytes(vector.msg)))
            }
        }
    }

    private func nist<Padding: RSAPadding, Function: HashFunction>(
        _ file: String, _ algorithm: String, _: Padding.Type, _: Function.Type
    ) throws {
        let records = try Vectors.records("asymmetric/RSA/FIPS_186-2/\(file).rsp", endingWith: "Result")
            .filter { $0["SHAAlg"] == algorithm && ["[mod = 2048]", "[mod = 3072]"].contains($0["heading"]) }
        #expect(records.count >= 12)
        var accepted = 0
        for record in records {
            let (message, signature) = (try bytes(record["Msg"]), try bytes(record["S"]))
            let key = try? RSA<Padding, Function>.PublicKey(
                modulus: bytes(record["n"]), exponent: bytes(record["e"]))
            let isValid = key?.isValid(.init(bytes: signature), for: message) ?? false
            let isSaltOfOtherLength =
                Padding.self == PSS.self && record["SaltVal"]?.utf8.count != 2 * Function.byteCount
            let isExpected = record["Result"]?.hasPrefix("P") == true && !isSaltOfOtherLength
            #expect(isValid == isExpected, "\(file) \(algorithm) \(record["Result"] ?? "")")
            if isValid { accepted += 1 }
        }
        if Padding.self == PKCS1.self { #expect(accepted >= 2) }
    }

    @Test func `RSA agrees with the vectors of NIST`() throws {
        try nist("SigVer15_186-3", "SHA256", PKCS1.self, SHA256.self)
        try nist("SigVer15_186-3", "SHA384", PKCS1.self, SHA384.self)
        try nist("SigVer15_186-3", "SHA512", PKCS1.self, SHA512.self)
        try nist("SigVerPSS_186-3", "SHA256", PSS.self, SHA256.self)
        try nist("SigVerPSS_186-3", "SHA384", PSS.self, SHA384.self)
        try nist("SigVerPSS_186-3", "SHA512", PSS.self, SHA512.self)
    }
}
