import Database
import Web

/// The rows of some scopes that have, for each word of a search, a word that begins with it.
///
/// One word of the search leads. The rows are read in the order of the words that begin with it, and each row is
/// checked for the other words. The leading word is the one with the fewest rows, so a search costs as much as its
/// rarest word: `bob@gmail.com` reads the rows of `bob`.
struct WordSearch {
    /// The words of the search, the longest first. None is the beginning of another, so a found word identifies its
    /// term.
    private let terms: [String]
    private let scopes: [String]

    /// The number of words of a search that count.
    private static let mostTerms = 8
    /// The limit up to which words are counted, the same as for lists.
    private static let mostCounted = PageRequest.reach

    /// - Throws: `NormalizationError` when memory runs out.
    init(_ search: String, in scopes: [String]) throws(NormalizationError) {
        let words = Set(try Words.of(search))
        terms = Array(
            words.filter { word in !words.contains { $0 != word && $0.utf8.starts(with: word.utf8) } }
                .sorted { ($0.unicodeScalars.count, $0) > ($1.unicodeScalars.count, $1) }.prefix(Self.mostTerms))
        self.scopes = scopes
    }

    /// The source of these rows. A row is found once, by the first of its words.
    /// - Parameter entry: the last entry that was read; the word that found it still leads.
    /// - Returns: `nil` if there are none.
    func range(after entry: Keyset?, in db: Connection) throws(DatabaseError) -> ListRange? {
        let leader =
            if let entry { terms.first { entry.value.utf8.starts(with: $0.utf8) } } else { try rarest(in: db) }
        guard let leader else { return nil }
        var condition: SQL = "words.word LIKE \(leader + "%")"
        for term in terms where term != leader { condition += " AND \(word(term)) IS NOT NULL" }
        // The last condition, since far more rows fail because a word is missing.
        return range("\(condition) AND \(word(leader, " AND other.word < words.word")) IS NULL")
    }

    /// A word of a row with this beginning. With EXISTS, the optimizer would reverse the join and read all rows that
    /// have one.
    private func word(_ beginning: String, _ condition: SQL = "") -> SQL {
        """
        (SELECT 1 FROM words AS other FORCE INDEX (idx_words_row)
         WHERE other.scope = words.scope AND other.row_id = words.row_id
           AND other.word LIKE \(beginning + "%")\(condition)
         LIMIT 1)
        """
    }

    /// The word with the fewest rows, among equals the longest; `nil` if some word has none, so the result is empty.
    private func rarest(in db: Connection) throws(DatabaseError) -> String? {
        guard terms.count > 1 else { return terms.first }
        var (rarest, fewest) = (terms.first, Self.mostCounted)
        for term in terms where fewest > 0 {
            let count = try ListRepository.count(range("words.word LIKE \(term + "%")"), upTo: fewest, in: db)
            if count < fewest { (rarest, fewest) = (term, count) }
        }
        return fewest > 0 ? rarest : nil
    }

    private func range(_ condition: SQL) -> ListRange {
        ListRange(
            table: "words", index: "PRIMARY", id: "words.row_id", column: "words.word", condition: condition,
            owners: ListRange.Owners(column: "words.scope", values: scopes))
    }
}
