public import Database
public import Web

/// A row whose columns are declared once; the list for `SELECT` and decoding come from that declaration.
public protocol DeclaredRow: RowDecodable, Sendable {
    /// The columns, in the order of the properties.
    static var columns: Columns<Self> { get }
}

extension DeclaredRow {
    /// The names of the columns.
    public static var columnNames: ColumnNames { columns.names }

    /// Decodes the columns by position.
    public init(row: Row) throws(DatabaseError) { self = try Self.columns.decode(row) }
}

/// A row that answers contain. The answer and its schema come from the declaration of its columns, too.
///
///     static let columns = Columns(
///         Note.init,
///         Column("id", \.id),
///         Column("public_id", \.publicID, as: "id"),
///         Column("title", \.title, as: "title"))
///
/// The result of a statement begins with `\(Note.columns)`. An answer can have members without a column
/// (`Column.followed`).
public protocol Record: DeclaredRow, ResponseObject {}

extension Record {
    /// Writes the columns that have a name in answers.
    public func write(to output: inout Output) { Self.columns.write(self, to: &output) }
}

/// A record that has a URL and counts its changes.
public protocol VersionedRecord: Record, VersionedResource {
    /// Starts at 1. Each change adds 1.
    var version: Int { get }
}

extension VersionedRecord {
    /// The tag of the public id and the version.
    public var entityTag: EntityTag { EntityTag(of: publicID, version: version) }
}
