import Web

extension ErrorCode {
    /// There is an account with this address.
    static let emailTaken = ErrorCode("EMAIL_TAKEN", .conflict, "There is already an account with this e-mail address.")
}
