import Threads

/// Memory in which each thread writes one text after another.
package final class OutputBuffer: Sendable {
    private final class Kept {
        var writer: ByteWriter?
    }

    private let kept = ThreadLocal { Kept() }
    private let bound: Int

    /// Makes a buffer for the life of the program.
    /// - Parameter bound: the maximum number of bytes that a thread keeps. The memory of a longer text is freed.
    package init(keeping bound: Int) {
        self.bound = bound
    }

    /// The buffer for answers, with room for one page of most lists.
    static let answers = OutputBuffer(keeping: 32 << 10)

    /// Returns the text that a closure writes.
    package func text(_ write: (inout Output) -> Void) -> [UInt8] {
        withText(write) { Array($0) }
    }

    /// Lends the text that a closure writes, without copying it.
    package func withText<Result>(
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
