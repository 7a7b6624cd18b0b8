import Threads

/// Memory in which each thread writes one text after another.
public final class OutputBuffer: Sendable {
    private final class Kept {
        var writer: ByteWriter?
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

    /// The text that a closure writes.
    public func text(_ write: (inout Output) -> Void) -> [UInt8] {
        withText(write) { Array($0) }
    }

    /// Lends the text that a closure writes, where it was written.
    public func withText<Result>(
        _ write: (inout Output) -> Void, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let kept = kept.value
        var output = Output(kept.writer.take() ?? ByteWriter())
        write(&output)
        var writer = output.end()
        let result = try writer.withBytes(body)
        writer.removeAll()
        if writer.capacity <= bound { kept.writer = consume writer }
        return result
    }
}
