/// Memory for each value that a statement sends or receives. It lives as long as the statement, since the client
/// library keeps its addresses; a slot moves only to make room for a longer value.
final class ValueMemory {
    /// The longest slot that is kept from one execution to the next, in bytes. Few values are longer, and a process has
    /// some thousand statements.
    static let longestKept = 4096

    private let slots: UnsafeMutableBufferPointer<UnsafeMutableRawBufferPointer>
    private var hasLongSlots = false

    /// - Parameter sizes: the initial size of each slot in bytes.
    init(sizes: [Int]) {
        slots = .allocate(capacity: sizes.count)
        _ = slots.initialize(from: sizes.map { .allocate(byteCount: max($0, 8), alignment: 16) })
    }

    deinit {
        for slot in slots { slot.deallocate() }
        slots.deallocate()
    }

    subscript(index: Int) -> UnsafeMutableRawBufferPointer { slots[index] }

    /// Makes room in a slot, whose content is lost if it moves.
    /// - Returns: whether it moved.
    func reserve(_ count: Int, at index: Int) -> Bool {
        guard count > slots[index].count else { return false }
        // The next power of two, so growing values do not move each time; a long value gets exactly what it needs.
        let size = count > Self.longestKept ? count : 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
        replace(index, size)
        hasLongSlots = hasLongSlots || size > Self.longestKept
        return true
    }

    /// Frees the memory of long values.
    /// - Returns: whether any slot moved.
    func giveBackLongSlots() -> Bool {
        guard hasLongSlots else { return false }
        for index in slots.indices where slots[index].count > Self.longestKept { replace(index, Self.longestKept) }
        hasLongSlots = false
        return true
    }

    private func replace(_ index: Int, _ size: Int) {
        slots[index].deallocate()
        slots[index] = .allocate(byteCount: size, alignment: 16)
    }
}
