// Misuse of Cryptography and JOSE that the compiler must refuse, each line for the reason beside it. This file is in no
// target: `MisuseTests` gives it to the compiler.

import Cryptography
import JOSE
import Web

private let message = Array("a message".utf8)

// MARK: - A key has one purpose

private func purposes(
    signing: ECDSA<P256>.PrivateKey, sealing: EncryptionKey, coding: HMACKey<SHA256>, material: KeyMaterial
) throws {
    _ = try signing.seal(message, for: message)  // refused: has no member 'seal'
    _ = try sealing.sign(message)  // refused: has no member 'sign'
    _ = try coding.seal(message, for: message)  // refused: has no member 'seal'
    _ = try material.seal(message, for: message)  // refused: has no member 'seal'
    _ = material.code(for: message)  // refused: has no member 'code'
    let _: EncryptionKey = coding  // refused: cannot convert value of type 'HMACKey<SHA256>'
    let _: HMACKey<SHA384> = coding  // refused: cannot assign value of type 'HMACKey<SHA256>'
}

private func privateKeys(point: ECDSA<P256>.PublicKey, published: PublicJWK, signing: PrivateJWK) throws {
    _ = try point.sign(message)  // refused: has no member 'sign'
    _ = PrivateJWK(keyID: nil, point)  // refused: no exact matches in call to initializer
    _ = try JWS.sign(message, with: published, type: nil)  // refused: cannot convert value of type 'PublicJWK'
    _ = JWKSet([signing])  // refused: cannot convert value of type 'PrivateJWK'
}

// MARK: - What a key is made of stays inside

private func bytes(of sealing: EncryptionKey, _ material: KeyMaterial, _ signing: PrivateJWK) {
    _ = sealing.bytes  // refused: has no member 'bytes'
    _ = material.secret  // refused: inaccessible due to 'private' protection level
    _ = signing.json  // refused: has no member 'json'
    _ = EncryptionKey(SecretBytes(copying: message))  // refused: 'SecretBytes' initializer is inaccessible
}

private struct Opened: SecretKey {
    static let byteCount = 32
    static let acceptedByteCounts = 32...32
    let bytes: [UInt8]
    init(_ secret: SecretBytes) {
        bytes = secret.withBytes { Array($0) }  // refused: inaccessible due to 'internal' protection level
    }
}

// MARK: - No caller chooses a nonce

private func nonces(sealing: EncryptionKey) throws {
    _ = try sealing.seal(message, for: message, nonce: message)  // refused: extra argument 'nonce'
}

// MARK: - Algorithms do not mix

private func digests(coding: HMACKey<SHA256>, code: HMACKey<SHA256>.Code) {
    _ = SHA256.digest(of: message) == SHA384.digest(of: message)  // refused: ('Digest<SHA256>' vs. 'Digest<SHA384>')
    _ = SHA256.digest(of: message) == message  // refused: ('Digest<SHA256>' vs.
    _ = coding.code(for: message) == code  // refused: 'HMACKey<SHA256>.Code' conform to 'Equatable'
    _ = code == message  // refused: cannot convert value of type 'HMACKey<SHA256>.Code'
}

private func brokenDigest(material: KeyMaterial) {
    _ = HMACKey<SHA1>()  // refused: 'SHA1' does not conform to protocol 'HashFunction'
    let _: HMACKey<SHA256> = material.key(using: SHA1.self, info: message)  // refused: requires that 'SHA1' conform
}

private enum MD5: HashFunction {
    static let implementation = HashImplementation("MD5", byteCount: 16)  // refused: initializer is inaccessible
}

private func signatures(
    of key: ECDSA<P256>.PublicKey, other: ECDSA<P384>.Signature, edwards: Ed25519.Signature,
    rsa: RSA<PKCS1, SHA256>.PublicKey, pss: RSA<PSS, SHA256>.Signature, longer: RSA<PKCS1, SHA512>.Signature
) {
    _ = key.isValid(other, for: message)  // refused: cannot convert parent type 'ECDSA<P384>'
    _ = key.isValid(edwards, for: message)  // refused: cannot convert value of type 'Ed25519.Signature'
    _ = key.isValid(message, for: message)  // refused: cannot convert value of type
    _ = rsa.isValid(pss, for: message)  // refused: cannot convert parent type 'RSA<PSS, SHA256>'
    _ = rsa.isValid(longer, for: message)  // refused: cannot convert parent type 'RSA<PKCS1, SHA512>'
}

// MARK: - A key is bound to its algorithm, and no header chooses one

private func keyOfAnotherAlgorithm(private number: ECDSA<P256>.PrivateKey) {
    _ = PrivateJWK(keyID: nil, .rs256, number)  // refused: extra argument in call
}

private func algorithms(json: JSON, token: JWS, signing: PrivateJWK, chosen: SignatureAlgorithm) throws {
    _ = try PublicJWK(json)  // refused: missing argument for parameter 'for'
    _ = try PublicJWK(json, for: token.algorithm)  // refused: value of type 'JWS' has no member 'algorithm'
    _ = token.header  // refused: inaccessible due to 'private' protection level
    _ = try token.payload(type: nil)  // refused: missing argument for parameter 'verifiedBy'
    _ = try PublicJWK(json, for: .none)  // refused: has no member 'none'
    _ = try PublicJWK(json, for: .hs256)  // refused: has no member 'hs256'
    _ = try JWS.sign(message, with: signing, algorithm: chosen, type: nil)  // refused: extra argument 'algorithm'
}
