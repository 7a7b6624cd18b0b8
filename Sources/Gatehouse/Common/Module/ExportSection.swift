public import Database
import FoundationEssentials
public import Web

/// A part of an export: an array, read and written some rows at a time.
///
/// Each batch is a statement of its own. So a part holds every row that was there from its first batch to its last,
/// once, since rows are read in an order in which they never move. Rows that come, go or change meanwhile may be in it
/// or not.
public struct ExportSection: Sendable {
    /// How many rows a batch has. A row takes some kilobytes until it is written.
    public static let batch = 500

    /// The name of the member.
    let name: StaticString
    /// Declares the part in the document.
    let describe: @Sendable (inout Output) -> Void
    /// Writes the part.
    let write: @Sendable (ExportSubject, inout StreamedObject) throws -> Void

    /// A part that may have any number of rows.
    /// - Parameters:
    ///   - name: the name of the member of the export.
    ///   - description: what the document says of it.
    ///   - read: the rows behind one, or the first ones; fewer than `batch` where these are the last.
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

/// Whose export it is.
public struct ExportSubject {
    let caller: Caller
    /// The key of the user's address; `nil` while that is not verified.
    let verifiedEmailKey: String?
    /// The last event that is exported: that the export was made.
    let lastEvent: AuditEvent
    /// Where to read their rows.
    public let db: Connection
    /// Whether the session may still be used.
    let isLive: () throws -> Bool

    /// The user whose export it is.
    public var user: UserReference { caller.user }

    /// What was signed out meanwhile reads no further.
    func requireSession() throws {
        guard try isLive() else { throw APIError(.tokenRevoked) }
    }
}
