/// A cache of recent values by key. When one half is full, it replaces the other, whose entries are dropped whether
/// they were used or not.
struct BoundedCache<Key: Hashable, Value> {
    private var recent: [Key: Value] = [:]
    private var older: [Key: Value] = [:]
    private let half: Int

    /// - Parameter half: the number of entries of each half.
    init(half: Int) {
        self.half = half
    }

    /// The cached value for a key.
    subscript(key: Key) -> Value? { recent[key] ?? older[key] }

    /// Stores a value.
    /// - Returns: the dropped entries. Release them outside of a lock, since there can be many.
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
