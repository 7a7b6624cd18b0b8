import FoundationEssentials
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
    func `what is no id is not read`(text: String) {
        #expect(UUID(text: text) == nil)
    }
}
