import Cryptography
import Testing

@testable import Gatehouse

/// No copy of a key stays in memory. One test at a time, since each reads the memory of the whole process.
@Suite(.serialized) struct WipedKeysTests {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The digits of a key of 32 bytes in Base64, by their values.
    private let digits = RandomBytes.make(42).map { $0 & 63 } + [0]
    private var text: String { String(decoding: digits.map { Self.alphabet[Int($0)] }, as: UTF8.self) + "=" }

    /// Looks for the second half of the key: where memory was freed, the allocator may have written over the first.
    private func search() throws -> MemorySearch {
        try MemorySearch(byteCount: 16) { wanted in
            for index in 16..<32 { wanted[index - 16] = byte(at: index) }
        }
    }

    private func byte(at index: Int) -> UInt8 {
        let (first, place) = (index / 3 * 4 + index % 3, index % 3)
        return digits[first] << (2 * place + 2) | digits[first + 1] >> (4 - 2 * place)
    }

    @Test func `a master key that goes leaves no copy`() throws {
        let search = try search()
        do {
            let keys = try #require(MasterKeys("a:" + text))
            #expect(try search.count() == 1)
            let key: EncryptionKey = try #require(keys.newestKey(for: "a use")).key
            let sealed = try key.seal([1], for: [])
            #expect(try key.open(sealed, for: []) == [1])
            #expect(try search.count() == 1)
        }
        #expect(try search.count() == 0)
        #expect(MasterKeys("a:\(text),b:AA==") == nil)
        #expect(try search.count() == 0)
    }

    @Test func `sealing leaves no copy of the secret that is sealed`() throws {
        let search = try search()
        do {
            // Where as much memory is freed, little of it is used again at once.
            var secret = RandomBytes.make(4096)
            defer { secret.wipe() }
            for index in 0..<32 { secret[2048 + index] = byte(at: index) }
            _ = try secret.withUnsafeBufferPointer { try EncryptionKey().seal($0, for: []) }
            #expect(try search.count() == 1)
        }
        #expect(try search.count() == 0)
    }
}
