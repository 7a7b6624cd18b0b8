import FoundationEssentials
import Primitives
import Testing

@testable import Web

@Suite struct UUIDTextTests {
    @Test func `an id is written in lower case and read in either`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<1_000 {
            let id = UUID.random(using: &random)
            #expect(id.text == id.uuidString.lowercased())
            #expect(UUID(text: id.text) == id)
            #expect(UUID(text: id.uuidString) == id)
        }
    }

    @Test(arguments: [
        "", "01935c1e-8a00-7c3d-9e4f-2b6a71d0c51", "01935c1e-8a00-7c3d-9e4f-2b6a71d0c5180",
        "01935c1e8a007c3d9e4f2b6a71d0c518", "{01935c1e-8a00-7c3d-9e4f-2b6a71d0c518}",
        "01935c1e_8a00-7c3d-9e4f-2b6a71d0c518", "01935c1e-8a00-7c3d-9e4f-2b6a71d0c51g",
        " 1935c1e-8a00-7c3d-9e4f-2b6a71d0c518", "+1935c1e-8a00-7c3d-9e4f-2b6a71d0c518",
        "-1935c1e-8a00-7c3d-9e4f-2b6a71d0c518", "0x935c1e-8a00-7c3d-9e4f-2b6a71d0c518",
        "01935c1e-8a00-7c3d-9e4f-2b6a71d0c5\u{E9}", "01935c1e8-a00-7c3d-9e4f-2b6a71d0c518",
    ])
    func `an invalid id is not read`(text: String) {
        #expect(UUID(text: text) == nil)
    }
}

@Suite struct UUIDInMemoryTests {
    private func parsed(_ text: String) -> UUID? {
        Array(text.utf8).withUnsafeBytes { UUIDText.read($0) }
    }

    private func written(_ uuid: UUID) -> String {
        var bytes = [UInt8](repeating: 0, count: UUIDText.length)
        bytes.withUnsafeMutableBytes { UUIDText.write(uuid, to: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `any UUID is written in lower case and read in either case, as elsewhere`() {
        for _ in 0..<1000 {
            let uuid = UUID()
            #expect(written(uuid) == uuid.uuidString.lowercased())
            #expect(parsed(uuid.uuidString) == uuid)
            #expect(parsed(uuid.uuidString.lowercased()) == uuid)
        }
        let mixed = "0123aBcD-Ef45-6789-aBcD-eF0123456789"
        #expect(parsed(mixed) == UUID(uuidString: mixed))
    }

    @Test func `the least and the greatest`() {
        for text in ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"] {
            #expect(parsed(text).map(written) == text)
        }
    }

    private static let valid = "0123abcd-ef45-6789-abcd-ef0123456789"

    @Test func `no other character is accepted in any place`() {
        for index in 0..<UUIDText.length {
            for wrong in Array("-g/:@`GZ \u{0}+x.{}".utf8) + [0x80, 0xFF] {
                var bytes = Array(Self.valid.utf8)
                guard bytes[index] != wrong else { continue }
                bytes[index] = wrong
                #expect(bytes.withUnsafeBytes { UUIDText.read($0) } == nil, "\(wrong) at \(index)")
            }
        }
        for index in [8, 13, 18, 23] {
            var bytes = Array(Self.valid.utf8)
            bytes[index] = UInt8(ascii: "0")
            #expect(bytes.withUnsafeBytes { UUIDText.read($0) } == nil)
        }
    }

    @Test(arguments: [
        "", "0", "0123abcdef456789abcdef0123456789", "{0123abcd-ef45-6789-abcd-ef0123456789}",
        "urn:uuid:0123abcd-ef45-6789-abcd-ef0123456789", " 0123abcd-ef45-6789-abcd-ef012345678",
        "0123abcd-ef45-6789-abcd-ef012345678", "0123abcd-ef45-6789-abcd-ef01234567890",
        "0123abcde-f45-6789-abcd-ef0123456789", "0x23abcd-ef45-6789-abcd-ef0123456789",
        "+123abcd-ef45-6789-abcd-ef0123456789", "０123abcd-ef45-6789-abcd-ef0123456",
    ])
    func `an invalid text of a UUID is refused`(text: String) {
        #expect(parsed(text) == nil)
    }
}
