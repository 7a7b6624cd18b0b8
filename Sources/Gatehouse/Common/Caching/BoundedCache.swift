/// Remembers the values that were computed last, by what they were computed from. When one half is full, it takes the
/// place of the other, which is forgotten, whether its entries were used or not.
struct BoundedCache<Key: Hashable, Value> {
    private var recent: [Key: Value] = [:]
    private var older: [Key: Value] = [:]
    private let half: Int

    /// - Parameter half: how many entries each half holds.
    init(half: Int) {
        self.half = half
    }

    /// The value that is remembered for a key.
    subscript(key: Key) -> Value? { recent[key] ?? older[key] }

    /// Remembers a value.
    /// - Returns: what is forgotten for it. Let it go outside of a lock, since it can be many entries.
    mutating func remember(_ value: Value, for key: Key) -> [Key: Value] {
        var forgotten: [Key: Value] = [:]
        if recent.count >= half, recent[key] == nil {
            forgotten = older
            older = recent
            recent = [:]
        }
        recent[key] = value
        return forgotten
    }
}
