public import Database
public import Web

extension JSON: ColumnDecodable {
    /// A JSON text; `null` for NULL.
    public static func decoded(from column: ColumnValue) -> JSON? {
        switch column {
        case .null: .null
        case .text(let text): try? JSON(parsing: Array(text))
        default: nil
        }
    }
}
