import Testing
import Threads

@testable import Web

@Suite struct OutputBufferTests {
    private func string(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }

    @Test func `a text stays as it is while the next is written`() {
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
        func capacity(writing bytes: Int) -> Int {
            buffer.text { $0.value(String(repeating: "a", count: bytes)) }.capacity
        }
        let used = capacity(writing: 1 << 10)
        #expect(capacity(writing: 1) == used)
        #expect(capacity(writing: 64 << 10) > 64 << 10)
        #expect(capacity(writing: 1) < 4 << 10)
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
