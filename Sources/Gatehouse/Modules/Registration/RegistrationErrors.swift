import Web

extension ErrorCode {
    /// The link is valid, but the browser is unknown to the account and the request has no password.
    static let passwordRequired = ErrorCode(
        "PASSWORD_REQUIRED", .forbidden,
        "Send the password of the account as `password`: the link only proves who reads the mail.",
        member: .init("registration", RegistrationFacts?.self))
}
