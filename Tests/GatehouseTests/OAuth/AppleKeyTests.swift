import Cryptography
import Foundation
import JOSE
import Testing
import Web

@testable import Gatehouse

/// The client secret of Sign in with Apple.
@Suite struct AppleKeyTests {
    /// A PKCS #8 key of this number, with or without the curve in its inner structure: Apple's files have it.
    private func pkcs8(_ number: [UInt8], namesCurveInside: Bool) -> [UInt8] {
        let curve: [UInt8] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
        let algorithm = element(0x30, [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] + curve)
        let publicKey = element(0xa1, element(0x03, [0] + [UInt8](repeating: 4, count: 65)))
        let inner = element(
            0x30,
            element(0x02, [1]) + element(0x04, number) + (namesCurveInside ? element(0xa0, curve) : []) + publicKey)
        return element(0x30, element(0x02, [0]) + algorithm + element(0x04, inner))
    }

    private func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        (content.count < 0x80 ? [tag, UInt8(content.count)] : [tag, 0x81, UInt8(content.count)]) + content
    }

    private func read(_ der: [UInt8]) -> AppleKey? {
        AppleKey(pkcs8: Data(der).base64EncodedString(), keyID: "KEY", teamID: "TEAM", clientID: "com.example.web")
    }

    @Test(arguments: [true, false]) func `a secret is a token of five minutes`(namesCurveInside: Bool) throws {
        let key = try ECDSA<P256>.PrivateKey()
        let der = pkcs8(try key.withBytes { Array($0) }, namesCurveInside: namesCurveInside)
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let secret = try #require(read(der)).clientSecret(now: now)
        let token = try JWS(secret)
        #expect(token.keyID == "KEY")
        let payload = try token.payload(verifiedBy: PrivateJWK(keyID: "KEY", key).publicKey, type: nil)
        #expect(
            try JSON(parsing: payload) == [
                "iss": "TEAM", "iat": 1_800_000_000, "exp": 1_800_000_300, "aud": "https://appleid.apple.com",
                "sub": "com.example.web",
            ])
    }

    @Test func `a file of openssl is read`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apple-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "key.der")
        try ChildProcess.run(
            "/usr/bin/openssl",
            [
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-outform", "DER", "-out",
                file.path,
            ])
        let written = Array(try Data(contentsOf: file))
        // genpkey writes the traditional form in DER.
        let number = Array(written[7..<39])
        #expect(read(pkcs8(number, namesCurveInside: true)) != nil)
    }

    @Test func `anything else is no key`() throws {
        let der = pkcs8(try ECDSA<P256>.PrivateKey().withBytes { Array($0) }, namesCurveInside: true)
        #expect(AppleKey(pkcs8: "not base64", keyID: "K", teamID: "T", clientID: "C") == nil)
        #expect(read([]) == nil)
        #expect(read(pkcs8([UInt8](repeating: 0, count: 32), namesCurveInside: true)) == nil)
        #expect(read(pkcs8([1, 2, 3], namesCurveInside: true)) == nil)
        for length in 0..<der.count where length < 70 { #expect(read(Array(der.prefix(length))) == nil, "\(length)") }
        for position in 0..<36 {
            var altered = der
            altered[position] ^= 0x40
            #expect(read(altered) == nil, "\(position)")
        }
    }
}
