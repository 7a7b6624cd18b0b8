/// Somebody asks for an account by registering. Fires before the address is looked up, whether or not it has an
/// account, so that a refusal, which the request is answered with, tells nothing about that. A hook must not look it up
/// either.
public struct RegistrationRequested: RefusableEvent {
    /// The address.
    public let email: EmailAddress
    /// The name that others see.
    public let name: String
}
