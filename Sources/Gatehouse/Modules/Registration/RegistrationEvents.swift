/// Somebody requests an account by registering. It fires before the address is looked up, whether or not it has an
/// account, so a refusal, which the caller sees, reveals nothing about that. A hook must not look it up either.
public struct RegistrationRequested: RefusableEvent {
    /// The address.
    public let email: EmailAddress
    /// The name that others see.
    public let name: String
    /// Whether the person is invited.
    let invitation: InvitationProof
}
