import Web

extension ErrorCode {
    /// The change would leave an organization without an owner.
    static let lastOwner = ErrorCode(
        "LAST_OWNER", .conflict, "An organization needs an owner: make somebody else an owner first.")
}
