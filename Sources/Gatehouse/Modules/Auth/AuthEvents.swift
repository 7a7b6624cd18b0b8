/// Somebody asks for an account by registering. Fires before the address is looked up, whether or not it has an account,
/// so that a refusal, which the request is answered with, tells nothing about that. A hook must not look it up either.
struct RegistrationRequested: Event {
    let email: EmailAddress
    let name: String
}
