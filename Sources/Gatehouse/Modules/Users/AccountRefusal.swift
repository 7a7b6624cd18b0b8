import Web

/// Why a change of an account is refused, whoever makes it. The API and commands tell it in their own words.
enum AccountRefusal: Error, Equatable {
    /// Nobody could administer the installation any more.
    case lastAdministrator
    /// So many organizations with other members would have no owner.
    case lastOwner(Int)
    /// The account is deleted and must be brought back first.
    case isDeleted
    /// The account has lost its address, which it never verified, and cannot be brought back.
    case isReleased
    /// The account was deleted longer ago than it is kept.
    case isPastGrace

    /// As the API tells it.
    var apiError: APIError {
        switch self {
        case .lastAdministrator:
            APIError(.conflict, "This is the last active administrator who can sign in; make another one first.")
        case .lastOwner:
            APIError(.lastOwner, "An organization with other members has no other owner: make one first.")
        case .isDeleted: APIError(.conflict, "This account is deleted.")
        case .isReleased: APIError(.conflict, "This account has lost its address, which it never verified.")
        case .isPastGrace: APIError(.conflict, "This account is about to be erased.")
        }
    }
}
