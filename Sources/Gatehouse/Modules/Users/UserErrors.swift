import Web

extension ErrorCode {
    /// The password is right, but the address is not verified yet.
    static let emailNotVerified = ErrorCode(
        "EMAIL_NOT_VERIFIED", .forbidden, "Verify your e-mail address first: follow the link in the mail we sent.")
    /// There is an account with this address.
    static let emailTaken = ErrorCode("EMAIL_TAKEN", .conflict, "There is already an account with this e-mail address.")
}
