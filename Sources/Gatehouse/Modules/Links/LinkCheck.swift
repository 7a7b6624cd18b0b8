import Database
import FoundationEssentials
import Web

/// The token of a link that was mailed.
struct CheckLink: RequestInput {
    let token: String

    init(from input: inout Input) {
        token = input.required("token", .token)
    }

    static let exampleBody: JSON? = ["token": .string("ghp_" + String(repeating: "A", count: 43))]
}

/// The purpose of a valid link, as far as its page needs to know.
struct UsableLink: ResponseObject {
    /// The purpose of a link.
    enum Purpose: String, ResponseValue, CaseIterable {
        case verifyEmail = "verify_email"
        case resetPassword = "reset_password"
        case changeEmail = "change_email"
        case invitation

        static let example = Purpose.resetPassword
    }

    let purpose: Purpose
    /// The address to which it was sent.
    let email: String
    /// Whether using it in this browser needs the password of the account.
    var needsPassword = false
    /// Whether it sets the first password.
    var isFirstPassword = false
    /// The facts about the registration, if using the link needs the password.
    var registration: RegistrationFacts?
    /// Whether rejecting it deletes the account.
    var isDeletedByRejection = false

    func write(to output: inout Output) {
        output.field("purpose", purpose)
        output.field("email", email, format: "idn-email", description: "The address to which the link was sent.")
        output.field(
            "needsPassword", needsPassword,
            description: "Whether its use in this browser needs the password of the account.")
        output.field("isFirstPassword", isFirstPassword, description: "Whether the account has no password yet.")
        output.field(
            "registration", registration,
            description: """
                Facts about the registration, if the link needs the password; `null` for an account that an \
                administrator or a command made.
                """)
        output.field(
            "rejectionDeletes", isDeletedByRejection,
            description: """
                Whether `/auth/verify-email/reject` deletes the account; otherwise it only ends all ways into the \
                account.
                """)
    }

    static let example = UsableLink(purpose: .example, email: "ada@example.com")
}

/// Checks links, so a page can tell at once if one is invalid. It does not consume them.
struct LinkCheck {
    let verification: EmailVerification
    let emailChange: EmailChange
    let rule: SignInRule

    func check(_ input: CheckLink, _ call: Call) throws -> Answer<UsableLink> {
        let link =
            try verifyingEmail(input.token, call) ?? resettingPassword(input.token, call)
            ?? changingEmail(input.token, call) ?? inviting(input.token, call)
        guard let link else { throw APIError.unusableLink }
        return Answer(link)
    }

    private func verifyingEmail(_ text: String, _ call: Call) throws -> UsableLink? {
        guard let token = OpaqueToken(.verifyEmail, text),
            let found = try EmailVerification.waiting(for: token, in: call.db)
        else { return nil }
        let user = found.user
        let needsPassword = try verification.needsPassword(found, call)
        return UsableLink(
            purpose: .verifyEmail, email: user.email, needsPassword: needsPassword,
            isFirstPassword: found.passwordHash == nil,
            registration: needsPassword ? try RegistrationFacts.of(user, in: call.db) : nil,
            isDeletedByRejection: user.isDeletedByRejection)
    }

    private func resettingPassword(_ text: String, _ call: Call) throws -> UsableLink? {
        guard let token = OpaqueToken(.resetPassword, text),
            let owner = try PasswordResetService.owner(of: token, in: call.db),
            let found = try UserRepository.findCredentials(owner.id, in: call.db)
        else { return nil }
        return UsableLink(purpose: .resetPassword, email: owner.email, isFirstPassword: found.passwordHash == nil)
    }

    private func changingEmail(_ text: String, _ call: Call) throws -> UsableLink? {
        guard let token = OpaqueToken(.changeEmail, text),
            let (newEmail, found) = try EmailChange.waiting(for: token, in: call.db)
        else { return nil }
        return UsableLink(
            purpose: .changeEmail, email: newEmail, needsPassword: try emailChange.needsPassword(found, call))
    }

    private func inviting(_ text: String, _ call: Call) throws -> UsableLink? {
        guard let token = OpaqueToken(.invitation, text),
            let offer = try InvitationRepository.find(token, in: call.db),
            try InvitationAcceptance.stillStands(offer, counting: rule, in: call.db)
        else { return nil }
        let invited = try UserRepository.findActive(emailKey: offer.emailKey, in: call.db)
        if let invited, try InvitationAcceptance.hasLeft(invited, since: offer, in: call.db) { return nil }
        return UsableLink(purpose: .invitation, email: offer.email)
    }
}
