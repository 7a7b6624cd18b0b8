public import Database
public import Web

/// A request that changes columns of a record. One list names them; the `UPDATE` and the audit follow from it.
///
///     var changes: [Change<Note>] { [Change(\.title, to: title), Change(\.text, to: text)] }
public protocol RecordChange {
    /// The record that it changes.
    associatedtype Model: Record
    /// The new values; `nil` for those that were left out.
    var changes: [Change<Model>] { get }
}

extension RecordChange {
    /// The names of the fields whose new value differs from the record's.
    /// - Throws: `DatabaseError.Kind.usage` for a property that answers do not contain.
    public func fieldsThatChange(_ record: Model) throws(DatabaseError) -> [String] {
        var fields: [String] = []
        for change in changes where change.isChange(record) {
            fields.append(try Model.columns.answered(change.path).field)
        }
        return fields
    }

    /// The assignments after `SET`. A column whose value was left out is assigned to itself, so the statement is the
    /// same whatever changes.
    /// - Throws: `DatabaseError.Kind.usage` for a property that answers do not contain.
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
    /// Whether the value differs from that of a record.
    let isChange: (Model) -> Bool
    /// The assignment of the value to a column.
    let assignment: (SQL) -> SQL

    /// - Parameter value: `nil` if it was left out.
    public init<Value: SQLValue & ResponseValue>(_ path: KeyPath<Model, Value>, to value: Value?) {
        self.path = path
        isChange = { record in value.map { differs($0, from: record[keyPath: path]) } ?? false }
        assignment = { "\($0) = COALESCE(\(value), \($0))" }
    }

    /// Never sets the column to NULL.
    /// - Parameter value: `nil` if it was left out.
    public init<Value: SQLValue & ResponseValue>(_ path: KeyPath<Model, Value?>, to value: Value?) {
        self.path = path
        isChange = { record in
            guard let value else { return false }
            return record[keyPath: path].map { differs(value, from: $0) } ?? true
        }
        assignment = { "\($0) = COALESCE(\(value), \($0))" }
    }

    /// - Parameter value: `nil` if it was left out, and `.some(nil)` to set the column to NULL, as
    ///   `input.optional("note", field.nullable)` returns them.
    public init<Value: SQLValue & ResponseValue>(_ path: KeyPath<Model, Value?>, to value: Value??) {
        self.path = path
        isChange = { record in
            switch (value, record[keyPath: path]) {
            case (.none, _), (.some(.none), .none): false
            case (.some(.some(let new)), .some(let old)): differs(new, from: old)
            default: true
            }
        }
        assignment = { "\($0) = IF(\(value != nil), \(value ?? nil), \($0))" }
    }
}

/// Whether two values differ in their answered form, byte for byte: `==` treats composed and decomposed characters as
/// equal.
private func differs<Value: ResponseValue>(_ new: Value, from old: Value) -> Bool { new.jsonText != old.jsonText }
