import Web

extension ErrorCode {
    /// The address or the password is wrong; which, is not told.
    static let invalidCredentials = ErrorCode(
        "INVALID_CREDENTIALS", .unauthorized, "The e-mail address or the password is wrong.")
    /// The refresh token was used before. Past its grace the whole session ends with it.
    static let tokenReused = ErrorCode("TOKEN_REUSED", .unauthorized, "This refresh token was used before.")
    /// The password is right, the account suspended.
    static let accountSuspended = ErrorCode("ACCOUNT_SUSPENDED", .forbidden, "This account is suspended.")
    /// Too many failed attempts at this account from here; `Retry-After` says when to come back.
    static let accountLocked = ErrorCode(
        "ACCOUNT_LOCKED", .tooManyRequests,
        "Too many failed attempts at this account from your network. Wait, or reset the password by mail.")
}
