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
}
