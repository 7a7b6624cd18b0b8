import Database

/// Search by the beginnings of words. Whoever writes a row that can be searched writes its words in the same transaction, so that
/// a search finds what is committed, at once, and nothing else.
///
/// A scope names what is searched together: `users`, or the projects of one owner.
enum Words {
    /// The longest word kept, in code points; longer ones are found by as much.
    private static let longest = 64
    /// How many words of a search count.
    private static let mostTerms = 8

    /// Makes these texts the words of a row.
    static func set(_ texts: [String], of row: UInt64, in scope: String, in db: Connection) throws {
        let words = Set(try texts.flatMap(of))
        let present: [String] = try db.all("SELECT word FROM words WHERE scope = \(scope) AND row_id = \(row)")
        let stale = Set(present).subtracting(words).sorted()
        if !stale.isEmpty {
            try db.execute(
                "DELETE FROM words WHERE scope = \(scope) AND row_id = \(row) AND word IN (\(list: stale))")
        }
        for word in words.subtracting(present).sorted() {
            try db.execute("INSERT INTO words (scope, word, row_id) VALUES (\(scope), \(word), \(row))")
        }
    }

    /// Forgets the words of a row.
    static func remove(of row: UInt64, from scope: String, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM words WHERE scope = \(scope) AND row_id = \(row)")
    }

    /// Forgets the words of rows.
    static func remove(of rows: [UInt64], from scope: String, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM words WHERE scope = \(scope) AND row_id IN (\(list: rows))")
    }

    /// Forgets the words of every row of a scope.
    static func removeAll(from scope: String, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM words WHERE scope = \(scope)")
    }

    /// The rows that have, for each word of a search, one that begins with it, in the order of the words found by the longest of
    /// them. A row is found once, by the first of its words.
    static func ranges(matching search: String, in scopes: [String]) throws(NormalizationError) -> [ListRange] {
        let terms = Array(Set(try of(search))).sorted { ($0.count, $0) > ($1.count, $1) }.prefix(mostTerms)
        guard let longest = terms.first else { return [] }
        return scopes.map { scope in
            var condition: SQL = """
                words.scope = \(scope) AND words.word LIKE \(longest + "%")
                AND NOT EXISTS (
                    SELECT 1 FROM words AS earlier
                    WHERE earlier.scope = \(scope) AND earlier.row_id = words.row_id
                      AND earlier.word LIKE \(longest + "%") AND earlier.word < words.word)
                """
            for term in terms.dropFirst() {
                condition += """
                     AND EXISTS (
                        SELECT 1 FROM words AS other
                        WHERE other.scope = \(scope) AND other.row_id = words.row_id
                          AND other.word LIKE \(term + "%"))
                    """
            }
            // Left to itself the server may read by row and sort.
            return ListRange(
                table: "words", index: "PRIMARY", id: "words.row_id", column: "words.word", condition: condition)
        }
    }

    /// The words of a text: runs of letters and digits without case, accents and other marks. None holds a character that LIKE
    /// gives a meaning.
    /// - Throws: `NormalizationError` when memory runs out.
    static func of(_ text: String) throws(NormalizationError) -> [String] {
        try text.withoutCaseAndMarks.unicodeScalars.split { !$0.isPartOfWord }.map { word in
            String(String.UnicodeScalarView(word.prefix(longest)))
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isPartOfWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
