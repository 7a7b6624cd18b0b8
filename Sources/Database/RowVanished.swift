/// A row that was just written, in the same transaction, cannot be read. This is a fault of the program.
public struct RowVanished: Error {
    /// Makes the error.
    package init() {}
}
