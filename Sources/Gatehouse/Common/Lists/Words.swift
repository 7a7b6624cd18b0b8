public import Database
import Web

/// Search by the beginnings of words. The words of a searchable row are written in the transaction of the row, so a
/// search finds exactly the committed rows, at once.
///
/// A scope names rows that are searched together: `users`, or the projects of one owner.
public enum Words {
    /// The length in code points to which words are cut.
    private static let longest = 64

    /// Sets the words of a row to those of these texts.
    /// - Throws: `NormalizationError` when memory runs out, `DatabaseError`.
    public static func set(_ texts: [String], of row: UInt64, in scope: String, in db: Connection) throws {
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

    /// Deletes the words of a row.
    public static func remove(of row: UInt64, from scope: String, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM words WHERE scope = \(scope) AND row_id = \(row)")
    }

    /// Deletes the words of rows.
    public static func remove(of rows: [UInt64], from scope: String, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM words WHERE scope = \(scope) AND row_id IN (\(list: rows))")
    }

    /// Deletes the words of every row of a scope.
    public static func removeAll(from scope: String, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM words WHERE scope = \(scope)")
    }

    /// The words of a text: runs of letters and digits without case, accents and other marks. None contains a special
    /// character of LIKE.
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
