import Web

extension ErrorCode {
    /// The request is valid but cannot be carried out.
    static let unprocessable = ErrorCode("UNPROCESSABLE", .unprocessableContent, "This cannot be carried out.")
}

extension APIError {
    /// The error for a token of a mail link that was consumed, has expired, or never existed; it does not reveal which.
    static var unusableLink: APIError {
        APIError(
            .unprocessable, "This link was used before or has expired.",
            details: [Fault("token", "unusable", "Was used before, has expired, or never was a token.")])
    }
}
