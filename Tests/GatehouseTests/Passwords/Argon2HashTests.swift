import CArgon2
import Testing
import Web

@testable import Gatehouse

@Suite struct Argon2HashTests {
    /// The result of libargon2's own encoder, with its own memory.
    private static func reference(
        _ password: String, _ salt: [UInt8], _ parameters: Argon2Parameters, tagLength: Int
    ) -> String {
        var encoded = [CChar](repeating: 0, count: 512)
        let password = Array(password.utf8)
        let status = argon2id_hash_encoded(
            parameters.iterations, parameters.memoryKiB, parameters.parallelism, password, password.count,
            salt,
            salt.count, tagLength, &encoded, encoded.count)
        #expect(status == ARGON2_OK.rawValue)
        return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    @Test("hashes are those of libargon2's own encoder, for many parameters, salts and lengths")
    func agreesWithLibrary() throws {
        for memoryKiB in [8, 9, 64, 255, 1024] as [UInt32] {
            for (iterations, parallelism) in [(1, 1), (3, 1), (1, 2), (2, 4)] as [(UInt32, UInt32)] {
                for (saltLength, tagLength) in [(8, 16), (16, 32), (17, 33), (64, 64)] {
                    let parameters = Argon2Parameters(
                        memoryKiB: max(memoryKiB, 8 * parallelism), iterations: iterations,
                        parallelism: parallelism)
                    let salt = Argon2Hash.randomBytes(saltLength)
                    let expected = Self.reference("pass\u{0}wörd", salt, parameters, tagLength: tagLength)
                    let arena = try Arena(byteCount: parameters.arenaBytes)
                    let hash = try Argon2Hash(phc: expected)
                    #expect(hash.phc == expected)
                    #expect(hash.parameters == parameters)
                    #expect(hash.salt == salt)
                    #expect(try hash.matches("pass\u{0}wörd", in: arena))
                    #expect(try !hash.matches("pass", in: arena))
                }
            }
        }
    }

    @Test("libargon2 verifies our hashes", arguments: ["", "a", "pass\u{0}word", "пароль 🔑", "e\u{301}"])
    func libraryVerifies(password: String) throws {
        let parameters = Argon2Parameters(memoryKiB: 64, iterations: 2, parallelism: 2)
        let arena = try Arena(byteCount: parameters.arenaBytes)
        let phc = try Argon2Hash.new(of: password, parameters: parameters, in: arena).phc
        let composed = try password.nfcUTF8
        #expect(argon2id_verify(phc, composed, composed.count) == ARGON2_OK.rawValue)
        #expect(argon2id_verify(phc, "other", 5) == ARGON2_VERIFY_MISMATCH.rawValue)
    }

    @Test(
        "the published vectors of the reference implementation verify",
        arguments: [
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        ])
    func knownAnswers(phc: String) throws {
        let hash = try Argon2Hash(phc: phc)
        let arena = try Arena(byteCount: hash.parameters.arenaBytes)
        #expect(try hash.matches("password", in: arena))
        #expect(try !hash.matches("passwore", in: arena))
    }

    @Test(
        "a malformed hash is refused",
        arguments: [
            "", "$", "$$$$$", "plain", "argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$\(tag)",
            "$argon2i$v=19$m=64,t=1,p=1$\(salt)$\(tag)", "$argon2d$v=19$m=64,t=1,p=1$\(salt)$\(tag)",
            "$ARGON2ID$v=19$m=64,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=16$m=64,t=1,p=1$\(salt)$\(tag)",
            "$argon2id$m=64,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=1$\(salt)$\(tag)",
            "$argon2id$v=19$t=1,m=64,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=1,p=1,x=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=064,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=+64,t=1,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=-64,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64, t=1,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=4294967360,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=,t=,p=$\(salt)$\(tag)",
            "$argon2id$v=19$m=7,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=31,t=1,p=4$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=0,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=1,p=0$\(salt)$\(tag)",
            "$argon2id$v=19$m=1048577,t=1,p=1$\(salt)$\(tag)", "$argon2id$v=19$m=64,t=65,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=1024,t=1,p=17$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=1,p=4294967295$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=1,p=1$\(salt)==$\(tag)", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)=",
            "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAB$\(tag)",
            "$argon2id$v=19$m=64,t=1,p=1$$\(tag)",
            "$argon2id$v=19$m=64,t=1,p=1$AAAA$\(tag)", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$",
            "$argon2id$v=19$m=64,t=1,p=1$\(salt)$AAAA", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)$",
            "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)\n", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)\u{0}",
            "$argon2id$v=19$m=64,t=1,p=1$A-_AAAAAAAAAAAAAAAAAAA$\(tag)",
            "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(String(repeating: "A", count: 100_000))",
            "$2b$12$eImiTXuWVxfM37uY4JANjQ5p5Qw0ezr0aZNgTVn7n4gJkG9rG1gU2",
        ])
    func malformed(phc: String) {
        #expect(throws: PasswordHashError.malformed) { try Argon2Hash(phc: phc) }
    }

    @Test("the parts of the malformed hashes are well-formed by themselves")
    func wellFormed() throws {
        #expect(try Argon2Hash(phc: "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)").tag.count == 32)
    }

    @Test("an arena too small for a hash makes it fail, never overrun")
    func smallArena() throws {
        let parameters = Argon2Parameters(memoryKiB: 4096, iterations: 1, parallelism: 1)
        let arena = try Arena(byteCount: 1024)
        #expect(!arena.holds(parameters))
        #expect(throws: PasswordHashError.argon2(code: ARGON2_MEMORY_ALLOCATION_ERROR.rawValue)) {
            try Argon2Hash.new(of: "password", parameters: parameters, in: arena)
        }
    }
}

private let salt = String(repeating: "A", count: 22)
private let tag = String(repeating: "A", count: 43)
