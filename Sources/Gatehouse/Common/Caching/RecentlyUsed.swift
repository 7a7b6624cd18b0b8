/// What was computed lately, by what it was computed from. Bounded: when one half is full, it takes the place of the
/// other, which is forgotten.
struct RecentlyUsed<Key: Hashable, Value> {
    private var recent: [Key: Value] = [:]
    private var older: [Key: Value] = [:]
    private let half: Int

    /// - Parameter half: how many each half holds.
    init(half: Int) {
        self.half = half
    }

    subscript(key: Key) -> Value? {
        get { recent[key] ?? older[key] }
        set {
            if recent.count >= half {
                older = recent
                recent = [:]
            }
            recent[key] = newValue
        }
    }
}
