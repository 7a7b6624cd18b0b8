import Web

extension ErrorCode {
    /// The link is right, but it is not opened in a browser that the account knows, and no password was shown.
    static let passwordRequired = ErrorCode(
        "PASSWORD_REQUIRED", .forbidden,
        "Send the password of the account as `password`: the link shows only who reads the mail.",
        member: .init("registration", RegistrationFacts?.self))
}
