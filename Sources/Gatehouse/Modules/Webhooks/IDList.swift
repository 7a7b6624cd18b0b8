import Database

/// Ids in an order, in one value of a statement, so the text of the statement does not depend on their number:
/// `FIND_IN_SET(id, list)` is the position, or 0 if the id is not in the list.
struct IDList: SQLValue, Sendable {
    private var ids: [UInt64]

    init(_ ids: some Sequence<UInt64> = []) {
        self.ids = Array(ids)
    }

    /// Puts an id at the end, from wherever it was, and drops the first ones if there are more than `maximum`.
    mutating func moveToEnd(_ id: UInt64, keeping maximum: Int) {
        ids.removeAll { $0 == id }
        ids.append(id)
        ids.removeFirst(max(0, ids.count - maximum))
    }

    /// The ids, with commas between them.
    var text: String { ids.map(String.init).joined(separator: ",") }

    var sqlValue: SQLBinding { .text(text) }
}
