import FoundationEssentials
import Web

/// An account with details of its use.
struct UserDetails: ResponseObject {
    let account: AdministeredUser
    let liveSessions: Int
    let lastSignInAt: Date?
    /// The time at which the owner of the address said that they did not register the account; `nil` if nobody did.
    let rejectedAt: Date?

    func write(to output: inout Output) {
        account.write(to: &output)
        output.field("liveSessions", liveSessions)
        output.field("lastSignInAt", lastSignInAt)
        output.field("rejectedAt", rejectedAt)
    }

    static let example = UserDetails(account: .example, liveSessions: 1, lastSignInAt: .example, rejectedAt: nil)
}
