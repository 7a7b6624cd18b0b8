import FoundationEssentials

/// A user signed in: a session began.
struct UserSignedIn: Event {
    let user: UserReference
    /// The public id of the session.
    let session: UUID
}
