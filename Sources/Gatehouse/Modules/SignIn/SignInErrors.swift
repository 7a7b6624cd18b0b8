import Web

extension ErrorCode {
    /// The address or the password is wrong; the error does not reveal which.
    static let invalidCredentials = ErrorCode(
        "INVALID_CREDENTIALS", .unauthorized, "The e-mail address or the password is wrong.")
    /// The refresh token was used before. After its grace, the whole session ends.
    static let tokenReused = ErrorCode("TOKEN_REUSED", .unauthorized, "This refresh token was used before.")
    /// The password is right, but the account is suspended.
    static let accountSuspended = ErrorCode("ACCOUNT_SUSPENDED", .forbidden, "This account is suspended.")
    /// Too many failed attempts at this account from this network; `Retry-After` says when to try again.
    static let accountLocked = ErrorCode(
        "ACCOUNT_LOCKED", .tooManyRequests,
        "Too many failed attempts to sign in to this account from your network. Wait, or reset the password by mail.")
}
