import Testing

@testable import Cryptography

@Suite struct RSATests {
    private let message = Array("a message".utf8)

    @Test func `a signature belongs to its key, padding and message only`() throws {
        let key = try RSA<PSS, SHA256>.PrivateKey(bitCount: 2048)
        let signature = try key.sign(message)
        #expect(key.publicKey.modulus.count == 256)
        #expect(key.publicKey.exponent == [1, 0, 1])
        #expect(key.publicKey.isValid(signature, for: message))
        #expect(!key.publicKey.isValid(signature, for: message + [0]))
        #expect(!(try RSA<PSS, SHA256>.PrivateKey(bitCount: 2048)).publicKey.isValid(signature, for: message))
        var altered = signature.bytes
        altered[100] ^= 1
        for bytes in [altered, [], [0] + signature.bytes, Array(signature.bytes.dropFirst())] {
            #expect(!key.publicKey.isValid(.init(bytes: bytes), for: message))
        }
        let (modulus, exponent) = (key.publicKey.modulus, key.publicKey.exponent)
        let same = try RSA<PSS, SHA256>.PublicKey(modulus: [0] + modulus, exponent: [0] + exponent)
        #expect(same.isValid(signature, for: message))
        #expect(same.modulus == modulus)
        let otherPadding = try RSA<PKCS1, SHA256>.PublicKey(modulus: modulus, exponent: exponent)
        #expect(!otherPadding.isValid(.init(bytes: signature.bytes), for: message))
        let otherFunction = try RSA<PSS, SHA384>.PublicKey(modulus: modulus, exponent: exponent)
        #expect(!otherFunction.isValid(.init(bytes: signature.bytes), for: message))
    }

    @Test func `keys that are too short, too long or malformed are refused`() throws {
        for count in [0, 1024, 2047, 8193, 16_384] {
            #expect(throws: CryptoError.invalidKey) { try RSA<PKCS1, SHA256>.PrivateKey(bitCount: count) }
        }
        let modulus = try RSA<PKCS1, SHA256>.PrivateKey(bitCount: 2048).publicKey.modulus
        for exponent: [UInt8] in [[], [0], [1], [2], [1, 0, 0], [UInt8](repeating: 1, count: 9)] {
            #expect(throws: CryptoError.invalidKey) {
                try RSA<PKCS1, SHA256>.PublicKey(modulus: modulus, exponent: exponent)
            }
        }
        let even = Array(modulus.dropLast()) + [modulus[255] & 0xfe]
        let long = [UInt8](repeating: 0xff, count: 1025)
        for modulus: [UInt8] in [[], Array(modulus.dropLast()), even, long] {
            #expect(throws: CryptoError.invalidKey) {
                try RSA<PKCS1, SHA256>.PublicKey(modulus: modulus, exponent: [3])
            }
        }
    }
}
