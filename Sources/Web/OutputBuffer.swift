import Threads

/// Memory in which each thread writes one text after another.
public final class OutputBuffer: Sendable {
    private final class Kept {
        var text: [UInt8] = []
    }

    private let kept = ThreadLocal { Kept() }
    private let bound: Int

    /// Makes a buffer for the life of the program.
    /// - Parameter bound: how many bytes a thread keeps at most. A longer text gives its memory back.
    public init(keeping bound: Int) {
        self.bound = bound
    }

    /// For answers: one page of most lists.
    static let answers = OutputBuffer(keeping: 32 << 10)

    /// The text that a closure writes. Its memory serves the thread's next text if nobody holds this one by then.
    public func text(_ write: (inout Output) -> Void) -> [UInt8] {
        let kept = kept.value
        var buffer: [UInt8] = []
        swap(&buffer, &kept.text)
        buffer.removeAll(keepingCapacity: true)
        var output = Output(into: consume buffer)
        write(&output)
        if output.text.capacity <= bound { kept.text = output.text }
        return output.text
    }
}
