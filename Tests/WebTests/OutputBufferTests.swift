import Testing
import Threads

@testable import Web

@Suite struct OutputBufferTests {
    private func string(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }

    @Test func `a text is unchanged while the next is written`() {
        let buffer = OutputBuffer(keeping: 1 << 10)
        let first = buffer.text { $0.value("first") }
        let second = buffer.text { $0.value("the second") }
        #expect(string(first) == "\"first\"")
        #expect(string(second) == "\"the second\"")
    }

    @Test func `a text can be written while another one is`() {
        let buffer = OutputBuffer(keeping: 1 << 10)
        let text = buffer.text { output in
            output.array { output in
                output.value(1)
                output.value(string(buffer.text { $0.value(2) }))
                output.value(3)
            }
        }
        #expect(string(text) == #"[1,"2",3]"#)
    }

    @Test func `memory is kept for the next text up to a bound`() {
        let buffer = OutputBuffer(keeping: 4 << 10)
        /// Writes a text, and returns how much memory was available for it.
        func capacity(beforeWriting bytes: Int) -> Int {
            var capacity = 0
            let text = buffer.text { output in
                capacity = output.capacity
                output.value(String(repeating: "a", count: bytes))
            }
            #expect(text.count == bytes + 2)
            return capacity
        }
        let first = capacity(beforeWriting: 1500)
        #expect(first < 1500)
        let kept = capacity(beforeWriting: 1)
        #expect((1500...4 << 10).contains(kept))
        #expect(capacity(beforeWriting: 64 << 10) == kept)
        #expect(capacity(beforeWriting: 1) == first)
    }

    @Test func `threads do not write into each other's text`() throws {
        let buffer = OutputBuffer(keeping: 1 << 10)
        let broken = Monitor(0)
        let threads = try (0..<8).map { number in
            try Thread(name: "writer") {
                for round in 0..<2_000 {
                    let text = buffer.text { output in
                        output.array { output in
                            for _ in 0..<(round % 40) { output.value(number) }
                        }
                    }
                    let expected = JSON.array(Array(repeating: .integer(number), count: round % 40)).text()
                    if text != expected { broken.update { $0 += 1 } }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(broken.update { $0 } == 0)
    }
}
