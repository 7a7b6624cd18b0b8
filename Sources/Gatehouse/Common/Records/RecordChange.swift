public import Database
public import Web

/// A request that changes columns of a record. One list says which; what is written and what is audited come from it.
///
///     var changes: [Change<Note>] { [Change(\.title, to: title), Change(\.text, to: text)] }
public protocol RecordChange {
    /// What it changes.
    associatedtype Model: Record
    /// The new values; `nil` for those that were left out.
    var changes: [Change<Model>] { get }
}

extension RecordChange {
    /// The names of the fields that get another value than the record has.
    /// - Throws: `DatabaseError.Kind.usage` for a property that is not answered.
    public func fieldsThatChange(_ record: Model) throws(DatabaseError) -> [String] {
        var fields: [String] = []
        for change in changes where change.isChange(record) {
            fields.append(try Model.columns.answered(change.path).field)
        }
        return fields
    }

    /// What stands behind `SET`. A column whose value was left out is assigned to itself, so the statement is the same
    /// whatever changes.
    /// - Throws: `DatabaseError.Kind.usage` for a property that is not answered.
    public var assignments: SQL {
        get throws(DatabaseError) {
            var assignments: SQL?
            for change in changes {
                let column = try Model.columns.answered(change.path).column
                let next = change.assignment(column)
                assignments = assignments.map { "\($0), \(next)" } ?? next
            }
            return assignments ?? ""
        }
    }
}

/// A new value of a column.
public struct Change<Model: Record> {
    let path: PartialKeyPath<Model>
    /// Whether a record has another value.
    let isChange: (Model) -> Bool
    /// Assigns it to a column.
    let assignment: (SQL) -> SQL

    /// - Parameter value: `nil` where it was left out.
    public init<Value: SQLValue & ResponseValue>(_ path: KeyPath<Model, Value>, to value: Value?) {
        self.path = path
        isChange = { changed("", to: value, from: $0[keyPath: path]) != nil }
        assignment = { "\($0) = COALESCE(\(value), \($0))" }
    }

    /// - Parameter value: `nil` where it was left out, `.some(nil)` to set the column to NULL: what
    ///   `input.optional("note", field.nullable)` reads.
    public init<Value: SQLValue & ResponseValue>(_ path: KeyPath<Model, Value?>, to value: Value??) {
        self.path = path
        isChange = { record in
            switch (value, record[keyPath: path]) {
            case (.none, _), (.some(.none), .none): false
            case (.some(.some(let new)), .some(let old)): changed("", to: new, from: old) != nil
            default: true
            }
        }
        assignment = { "\($0) = IF(\(value != nil), \(value ?? nil), \($0))" }
    }
}
