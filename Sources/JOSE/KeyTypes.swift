import Cryptography
import Web

/// A signature scheme of `Cryptography`, with the form that its keys and signatures have in JOSE.
protocol SignatureScheme {
    associatedtype PublicKey: JOSEPublicKey
    associatedtype PrivateKey: JOSEPrivateKey
}

extension ECDSA: SignatureScheme {}
extension Ed25519: SignatureScheme {}
extension RSA: SignatureScheme {}

extension SignatureScheme {
    static func publicKey(_ members: JSON) throws -> any JOSEPublicKey { try PublicKey(members: members) }

    static func privateKey(_ members: JSON) throws -> any JOSEPrivateKey { try PrivateKey(members: members) }
}

/// The JOSE operations of a public key of any algorithm.
protocol JOSEPublicKey: Sendable {
    /// Reads the members of a JSON Web Key.
    init(members: JSON) throws
    /// The members of the JSON Web Key for the key itself, `kty` first.
    var members: [JSON.Member] { get }
    /// Whether a signature in JOSE form is that of a message.
    func isValid(_ signature: [UInt8], of message: Substring) -> Bool
}

/// The JOSE operations of a private key of any algorithm.
protocol JOSEPrivateKey: Sendable {
    associatedtype PublicKey: JOSEPublicKey
    /// The key that verifies signatures of this one.
    var publicKey: PublicKey { get }
    /// Reads the members of a JSON Web Key.
    init(members: JSON) throws
    /// Signs a message; the signature is in JOSE form.
    func signature(of message: String) throws -> [UInt8]
}

extension JSON {
    /// The bytes of a member in base64url.
    fileprivate func bytes(_ name: String) throws(JOSEError) -> [UInt8] {
        guard let text = self[name]?.string, let bytes = Base64URL.decode(text) else { throw .unusableKey }
        return bytes
    }

    fileprivate func expect(_ name: String, _ value: String) throws(JOSEError) {
        guard self[name]?.string?.hasSameBytes(as: value) == true else { throw .unusableKey }
    }

    /// Members of text, for a JSON Web Key.
    fileprivate static func members(_ members: KeyValuePairs<String, String>) -> [Member] {
        members.map { Member($0.key, .string($0.value)) }
    }
}

// MARK: - Elliptic curves (RFC 7518, section 6.2)

extension ECDSA.PublicKey: JOSEPublicKey {
    init(members: JSON) throws {
        try members.expect("kty", "EC")
        try members.expect("crv", Curve.name)
        try self.init(x: members.bytes("x"), y: members.bytes("y"))
    }

    var members: [JSON.Member] {
        JSON.members(["kty": "EC", "crv": Curve.name, "x": Base64URL.encode(x), "y": Base64URL.encode(y)])
    }

    func isValid(_ signature: [UInt8], of message: Substring) -> Bool {
        guard let signature = try? ECDSA.Signature(fixedWidth: signature) else { return false }
        return isValid(signature, for: message.utf8)
    }
}

extension ECDSA.PrivateKey: JOSEPrivateKey {
    init(members: JSON) throws {
        let published = try ECDSA.PublicKey(members: members)
        var secret = try members.bytes("d")
        defer { secret.wipe() }
        try self.init(bytes: secret)
        guard publicKey.x == published.x, publicKey.y == published.y else { throw JOSEError.unusableKey }
    }

    func signature(of message: String) throws -> [UInt8] { try sign(message.utf8).fixedWidth }
}

// MARK: - Ed25519 (RFC 8037, section 2)

extension Ed25519.PublicKey: JOSEPublicKey {
    init(members: JSON) throws {
        try members.expect("kty", "OKP")
        try members.expect("crv", "Ed25519")
        try self.init(bytes: members.bytes("x"))
    }

    var members: [JSON.Member] {
        JSON.members(["kty": "OKP", "crv": "Ed25519", "x": Base64URL.encode(bytes)])
    }

    func isValid(_ signature: [UInt8], of message: Substring) -> Bool {
        guard let signature = try? Ed25519.Signature(bytes: signature) else { return false }
        return isValid(signature, for: message.utf8)
    }
}

extension Ed25519.PrivateKey: JOSEPrivateKey {
    init(members: JSON) throws {
        let published = try Ed25519.PublicKey(members: members)
        var secret = try members.bytes("d")
        defer { secret.wipe() }
        try self.init(bytes: secret)
        guard publicKey.bytes == published.bytes else { throw JOSEError.unusableKey }
    }

    func signature(of message: String) throws -> [UInt8] { try sign(message.utf8).bytes }
}

// MARK: - RSA (RFC 7518, section 6.3)

extension RSA.PublicKey: JOSEPublicKey {
    init(members: JSON) throws {
        try members.expect("kty", "RSA")
        try self.init(modulus: members.bytes("n"), exponent: members.bytes("e"))
    }

    var members: [JSON.Member] {
        JSON.members(["kty": "RSA", "n": Base64URL.encode(modulus), "e": Base64URL.encode(exponent)])
    }

    func isValid(_ signature: [UInt8], of message: Substring) -> Bool {
        isValid(RSA.Signature(bytes: signature), for: message.utf8)
    }
}

extension RSA.PrivateKey: JOSEPrivateKey {
    /// All numbers are required, although RFC 7518 allows a key without its primes. Keys of more than two primes are
    /// refused.
    init(members: JSON) throws {
        try members.expect("kty", "RSA")
        guard members["oth"] == nil else { throw JOSEError.unusableKey }
        var secrets: [[UInt8]] = []
        defer { for index in secrets.indices { secrets[index].wipe() } }
        for name in ["d", "p", "q", "dp", "dq", "qi"] { secrets.append(try members.bytes(name)) }
        try self.init(
            modulus: members.bytes("n"), exponent: members.bytes("e"), privateExponent: secrets[0],
            firstPrime: secrets[1], secondPrime: secrets[2], firstExponent: secrets[3], secondExponent: secrets[4],
            coefficient: secrets[5])
    }

    func signature(of message: String) throws -> [UInt8] { try sign(message.utf8).bytes }
}
