public import Database
import FoundationEssentials
public import Web

/// A section of an export: an array that is read and written in batches.
///
/// Each batch is a separate statement. Rows are read in an order in which they never move, so a section contains every
/// row that existed from its first batch to its last, exactly once. Rows that are added, deleted or changed meanwhile
/// may be missing.
public struct ExportSection: Sendable {
    /// The number of rows of a batch. A row takes some kilobytes until it is written.
    public static let batch = 500

    /// The name of the member.
    let name: StaticString
    /// Declares the section in the document.
    let describe: @Sendable (inout Output) -> Void
    /// Writes the section.
    let write: @Sendable (ExportSubject, inout StreamedObject) throws -> Void

    /// A section with any number of rows.
    /// - Parameters:
    ///   - name: the name of the member of the export.
    ///   - description: the description in the document.
    ///   - read: reads the rows after one, or the first ones; fewer than `batch` if these are the last.
    public init<Row: RowDecodable & ResponseValue>(
        _ name: StaticString, _ description: String? = nil,
        read: @escaping @Sendable (ExportSubject, Row?) throws -> [Row]
    ) {
        self.name = name
        describe = { $0.field(name, [Row.example], description: description) }
        write = { subject, object in
            var last: Row?
            var isDone = false
            try object.field(name) { () -> [Row]? in
                if isDone { return nil }
                if last != nil { try subject.requireSession() }
                let rows = try read(subject, last)
                last = rows.last
                isDone = rows.count < Self.batch
                return rows
            }
        }
    }
}
