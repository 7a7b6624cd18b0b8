/// A row that was written a moment ago, in the same transaction, cannot be read. It is a fault of the program.
public struct RowVanished: Error {
    /// Makes the error.
    public init() {}
}
