import Database
import Web

/// The rows of some scopes that have, for each word of a search, one that begins with it.
///
/// One word of the search leads. The rows are read in the order of the words that begin with it, and in each row the
/// others are looked for. It is the one that the fewest rows have, so that a search costs what its rarest word does:
/// `bob@gmail.com` reads the rows of `bob`.
struct WordSearch {
    /// The words of the search, the longest first. None begins another, so that a word found tells which of them found
    /// it.
    private let terms: [String]
    private let scopes: [String]

    /// How many words of a search count.
    private static let mostTerms = 8
    /// How far words are counted: as far as the list is.
    private static let mostCounted = PageRequest.reach

    /// - Throws: `NormalizationError` when memory runs out.
    init(_ search: String, in scopes: [String]) throws(NormalizationError) {
        let words = Set(try Words.of(search))
        terms = Array(
            words.filter { word in !words.contains { $0 != word && $0.utf8.starts(with: word.utf8) } }
                .sorted { ($0.unicodeScalars.count, $0) > ($1.unicodeScalars.count, $1) }.prefix(Self.mostTerms))
        self.scopes = scopes
    }

    /// Where these rows are. A row is found once, by the first of its words.
    /// - Parameter entry: the last that was read: the word that found it goes on leading.
    /// - Returns: `nil` where there are none.
    func range(after entry: Keyset?, in db: Connection) throws(DatabaseError) -> ListRange? {
        let leader =
            if let entry { terms.first { entry.value.utf8.starts(with: $0.utf8) } } else { try rarest(in: db) }
        guard let leader else { return nil }
        var condition: SQL = "words.word LIKE \(leader + "%")"
        for term in terms where term != leader { condition += " AND \(word(term)) IS NOT NULL" }
        // Last, since a row fails for the lack of a word far more often.
        return range("\(condition) AND \(word(leader, " AND other.word < words.word")) IS NULL")
    }

    /// A word of a row that begins so. Asked whether there EXISTS one, the server turns round, and reads all rows that
    /// have one.
    private func word(_ beginning: String, _ condition: SQL = "") -> SQL {
        """
        (SELECT 1 FROM words AS other FORCE INDEX (idx_words_row)
         WHERE other.scope = words.scope AND other.row_id = words.row_id
           AND other.word LIKE \(beginning + "%")\(condition)
         LIMIT 1)
        """
    }

    /// The word that the fewest rows have, of equal ones the longest; `nil` where one has none, and nothing is found.
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
