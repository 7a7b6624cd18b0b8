public import FoundationEssentials
public import Web

/// A user signed in: a session began.
public struct UserSignedIn: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The public id of the session.
    public let session: UUID
}

extension UserSignedIn: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "session.started"
    /// What happened.
    public static let summary = "A user signed in: a session began."
    /// An example.
    public static let example = UserSignedIn(user: .example, session: .example)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("sessionId", session)
    }
}
