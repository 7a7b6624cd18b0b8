public import FoundationEssentials

/// A user signed in: a session began.
public struct UserSignedIn: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The public id of the session.
    public let session: UUID
}
