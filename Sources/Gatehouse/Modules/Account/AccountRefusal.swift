import Web

/// Why a change of an account is refused, for any actor. The API and commands have their own messages.
enum AccountRefusal: Error, Equatable {
    /// Nobody could administer the installation any more.
    case lastAdministrator
    /// This number of organizations with other members would have no owner.
    case lastOwner(Int)
    /// The account is deleted and must be restored first.
    case isDeleted
    /// The account has lost its address, which it never verified, and cannot be restored.
    case isReleased
    /// The grace of the deleted account is over.
    case isPastGrace

    /// The error of the API.
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
