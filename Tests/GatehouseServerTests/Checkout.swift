/// The checkout that contains these tests.
enum Checkout {
    /// Its absolute path.
    static let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")
}
