import Testing

@testable import Cryptography

@Suite struct ECDSATests {
    private let message = Array("a message".utf8)

    private func roundTrip<Curve: EllipticCurve>(_: Curve.Type) throws {
        let key = try ECDSA<Curve>.PrivateKey()
        let signature = try key.sign(message)
        #expect(key.publicKey.isValid(signature, for: message))
        #expect(!key.publicKey.isValid(signature, for: message + [0]))
        #expect(!(try ECDSA<Curve>.PrivateKey()).publicKey.isValid(signature, for: message))
        #expect(try ECDSA<Curve>.Signature(der: signature.der).fixedWidth == signature.fixedWidth)
        for index in signature.fixedWidth.indices {
            var altered = signature.fixedWidth
            altered[index] ^= 1
            #expect(!key.publicKey.isValid(try .init(fixedWidth: altered), for: message))
        }

        let copy = try key.withBytes { try ECDSA<Curve>.PrivateKey(bytes: $0) }
        #expect(copy.publicKey.x == key.publicKey.x)
        #expect(copy.publicKey.y == key.publicKey.y)
        let published = try ECDSA<Curve>.PublicKey(x: key.publicKey.x, y: key.publicKey.y)
        #expect(published.isValid(try copy.sign(message), for: message))
    }

    @Test func `a signature belongs to its key and message only`() throws {
        try roundTrip(P256.self)
        try roundTrip(P384.self)
        try roundTrip(P521.self)
    }

    private func refusals<Curve: EllipticCurve>(_: Curve.Type, order: String) throws {
        let width = Curve.byteCount
        let zeros = [UInt8](repeating: 0, count: width)
        let order = try #require([UInt8](hexadecimal: order))
        for bytes in [zeros, order, [UInt8](repeating: 0xff, count: width), Array(order.dropLast()), order + [1], []] {
            #expect(throws: CryptoError.invalidKey) { try ECDSA<Curve>.PrivateKey(bytes: bytes) }
        }
        var last = order
        last[width - 1] -= 1
        _ = try ECDSA<Curve>.PrivateKey(bytes: last)

        let key = try ECDSA<Curve>.PrivateKey().publicKey
        var y = key.y
        y[width - 1] ^= 1
        let points = [
            (key.x, y), (zeros, zeros), (key.x, zeros), (key.y + [0], key.x), (key.x, Array(key.y.dropLast())),
            ([], []),
        ]
        for (x, y) in points {
            #expect(throws: CryptoError.invalidKey) { try ECDSA<Curve>.PublicKey(x: x, y: y) }
        }
        for bytes in [[], zeros, Array(repeating: 0, count: 2 * width + 1)] {
            #expect(throws: CryptoError.invalidSignature) { try ECDSA<Curve>.Signature(fixedWidth: bytes) }
        }
        let nothing = try ECDSA<Curve>.Signature(fixedWidth: zeros + zeros)
        #expect(!key.isValid(nothing, for: message))
        #expect(!key.isValid(try .init(fixedWidth: order + order), for: message))
    }

    @Test func `numbers out of range and points off the curve are no keys`() throws {
        try refusals(
            P256.self, order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        try refusals(
            P384.self,
            order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973")
        try refusals(
            P521.self,
            order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f7"
                + "09a5d03bb5c9b8899c47aebb6fb71e91386409")
    }
}
