import FoundationEssentials
import Testing

@testable import Gatehouse

@Suite struct SecretsTests {
    private func keys(_ ids: (String, UInt8)...) throws -> MasterKeys {
        let text = ids.map { "\($0):\(Data(repeating: $1, count: 32).base64EncodedString())" }.joined(separator: ",")
        return try #require(MasterKeys(text))
    }

    private let secret = Array("a signing key".utf8)

    @Test func `a sealed secret opens for its row and use`() throws {
        let vault = Vault(try keys(("a", 1)), label: "signing-keys")
        let sealed = try vault.seal(secret, for: "row 1")
        #expect(try vault.open(sealed, for: "row 1") == secret)
        #expect(throws: Vault.Failure.self) { try vault.open(sealed, for: "row 2") }
        #expect(throws: Vault.Failure.self) { try Vault(keys(("a", 1)), label: "other").open(sealed, for: "row 1") }
        #expect(throws: Vault.Failure.self) {
            try Vault(keys(("a", 2)), label: "signing-keys").open(sealed, for: "row 1")
        }
    }

    @Test func `every altered byte is detected`() throws {
        let vault = Vault(try keys(("a", 1)), label: "x")
        let sealed = try vault.seal(secret, for: "row")
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: (any Error).self) { try vault.open(altered, for: "row") }
        }
        for length in 0..<sealed.count {
            #expect(throws: (any Error).self) { try vault.open(Array(sealed.prefix(length)), for: "row") }
        }
    }

    @Test func `a new master key encrypts and the old one still decrypts`() throws {
        let old = Vault(try keys(("2025", 1)), label: "x")
        let both = Vault(try keys(("2026", 2), ("2025", 1)), label: "x")
        #expect(try both.open(old.seal(secret, for: "row"), for: "row") == secret)
        let sealed = try both.seal(secret, for: "row")
        #expect(throws: Vault.Failure.self) { try old.open(sealed, for: "row") }
    }

    @Test func `each throwaway key is another`() throws {
        let vault = Vault(.throwaway(), label: "x")
        let sealed = try vault.seal(secret, for: "row")
        #expect(try vault.open(sealed, for: "row") == secret)
        #expect(throws: Vault.Failure.self) { try Vault(.throwaway(), label: "x").open(sealed, for: "row") }
    }

    @Test func `sealing the same secret again gives another result`() throws {
        let vault = Vault(try keys(("a", 1)), label: "x")
        #expect(try vault.seal(secret, for: "row") != vault.seal(secret, for: "row"))
    }

    @Test func `opaque tokens are distinct and have the prefix of their kind`() throws {
        let tokens = (0..<100).map { _ in OpaqueToken(.refresh) }
        #expect(Set(tokens.map(\.text)).count == 100)
        #expect(Set(tokens.map(\.hash)).count == 100)
        let token = try #require(tokens.first)
        #expect(OpaqueToken(.refresh, token.text)?.hash == token.hash)
        #expect(OpaqueToken(.verifyEmail, token.text) == nil)
        #expect(OpaqueToken(.refresh, token.text + "A") == nil)
    }

    @Test func `UUIDs of version seven sort by time`() {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let ids = (0..<1000).map { UUID.v7(at: start.addingTimeInterval(Double($0) / 1000)).uuidString }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 1000)
        let characters = Array(ids[0])
        #expect(characters[14] == "7")
        #expect("89AB".contains(characters[19]))
    }
}
