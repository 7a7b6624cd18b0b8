import CArgon2
import FoundationEssentials
import Glibc
import Web

/// An Argon2id hash as it is stored: parameters, salt and tag.
///
/// Its text is the PHC string format, `$argon2id$v=19$m=47104,t=1,p=1$salt$tag`, with Base64 without padding, the same
/// as that of libargon2's encoder, which libargon2 only offers together with its own allocation.
struct Argon2Hash: Sendable {
    let parameters: Argon2Parameters
    let salt: [UInt8]
    let tag: [UInt8]

    /// Octets of a new salt (RFC 9106, section 4).
    static let saltLength = 16

    /// Octets of a new tag (RFC 9106, section 4).
    static let tagLength = 32

    init(parameters: Argon2Parameters, salt: [UInt8], tag: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.tag = tag
    }

    /// Reads a PHC string.
    /// - Throws: `PasswordHashError.malformed` for any text that `phc` would not have written, and for unacceptable
    ///   parameters.
    init(phc: String) throws(PasswordHashError) {
        let fields = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6 else { throw .malformed }
        let costs = fields[3].split(separator: ",").map { UInt32($0.dropFirst(2)) }
        guard costs.count == 3, let memoryKiB = costs[0], let iterations = costs[1],
            let parallelism = costs[2],
            let salt = Self.base64Decoded(fields[4]), (8...64).contains(salt.count),
            let tag = Self.base64Decoded(fields[5]), (16...64).contains(tag.count)
        else { throw .malformed }
        self.init(
            parameters: Argon2Parameters(
                memoryKiB: memoryKiB, iterations: iterations, parallelism: parallelism),
            salt: salt, tag: tag)
        // Accepts only one spelling for each hash: this comparison covers the names, signs, leading zeros and spare
        // Base64 bits that were not checked above.
        guard parameters.areAcceptable, self.phc.utf8.elementsEqual(phc.utf8) else { throw .malformed }
    }

    /// The PHC string.
    var phc: String {
        let costs = "m=\(parameters.memoryKiB),t=\(parameters.iterations),p=\(parameters.parallelism)"
        return "$argon2id$v=19$\(costs)$\(Self.base64Encoded(salt))$\(Self.base64Encoded(tag))"
    }

    /// Whether salt and tag have the current lengths.
    var hasCurrentLengths: Bool { salt.count == Self.saltLength && tag.count == Self.tagLength }

    /// Hashes a password with a new salt.
    static func new(
        of password: String, parameters: Argon2Parameters, in arena: Arena
    ) throws(PasswordHashError) -> Argon2Hash {
        let salt = randomBytes(saltLength)
        let tag = try computeTag(
            of: try octets(of: password, mapsBlanks: true), salt: salt, length: tagLength, parameters: parameters,
            in: arena)
        return Argon2Hash(parameters: parameters, salt: salt, tag: tag)
    }

    /// Whether the hash was made from this password; compared in constant time.
    /// - Parameter mapsBlanks: `false` for the form that earlier versions hashed, in which blanks were not mapped.
    func matches(
        _ password: String, mapsBlanks: Bool = true, in arena: Arena
    ) throws(PasswordHashError) -> Bool {
        var computed = try Self.computeTag(
            of: try Self.octets(of: password, mapsBlanks: mapsBlanks), salt: salt, length: tag.count,
            parameters: parameters, in: arena)
        defer { explicit_bzero(&computed, computed.count) }
        return zip(computed, tag).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Octets from the system's generator.
    static func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max) }
    }

    private static func computeTag(
        of octets: [UInt8], salt: [UInt8], length: Int, parameters: Argon2Parameters, in arena: Arena
    ) throws(PasswordHashError) -> [UInt8] {
        var password = octets
        var salt = salt
        var tag = [UInt8](repeating: 0, count: length)
        let status = arena.lend {
            password.withUnsafeMutableBufferPointer { password in
                salt.withUnsafeMutableBufferPointer { salt in
                    tag.withUnsafeMutableBufferPointer { tag in
                        var context = argon2_context()
                        context.out = tag.baseAddress
                        context.outlen = UInt32(tag.count)
                        context.pwd = password.baseAddress
                        context.pwdlen = UInt32(password.count)
                        context.salt = salt.baseAddress
                        context.saltlen = UInt32(salt.count)
                        context.m_cost = parameters.memoryKiB
                        context.t_cost = parameters.iterations
                        context.lanes = parameters.parallelism
                        context.threads = parameters.parallelism
                        context.version = ARGON2_VERSION_13.rawValue
                        context.allocate_cbk = Arena.allocate
                        context.free_cbk = Arena.free
                        context.flags = gatehouse_argon2_clear_password
                        return argon2_ctx(&context, Argon2_id)
                    }
                }
            }
        }
        guard status == ARGON2_OK.rawValue else { throw .argon2(code: status) }
        return tag
    }

    /// The octets to hash. libargon2 wipes them (ARGON2_FLAG_CLEAR_PASSWORD).
    private static func octets(of password: String, mapsBlanks: Bool) throws(PasswordHashError) -> [UInt8] {
        do {
            return try mapsBlanks ? password.opaqueUTF8 : password.nfcUTF8
        } catch {
            throw .normalization(error)
        }
    }

    private static func base64Encoded(_ bytes: [UInt8]) -> String {
        let padded = Data(bytes).base64EncodedString()
        return String(padded.prefix { $0 != "=" })
    }

    private static func base64Decoded(_ text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { [UInt8]($0) }
    }
}
