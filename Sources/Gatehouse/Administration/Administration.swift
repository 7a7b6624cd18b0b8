import Cryptography
import Database
package import FoundationEssentials
import Web

/// What an operator does to an installation: with the program's settings and on its database account, past the API's
/// limits and without a caller, so that it works when nobody can sign in.
///
/// What is answered is a document in the form of the API: `data`, and `meta` where there is something to say. Every
/// change is one transaction with its audit row, which names no actor. Not for more than one thread.
package struct Administration {
    let settings: Settings
    let db: Connection
    let modules: Modules
    /// Who takes part in what commands change.
    let hooks: Hooks

    /// Connects to nothing yet.
    /// - Throws: for a libcrypto that offers too little.
    package init(_ settings: Settings, _ program: Program) throws {
        try Libcrypto.check()
        self.settings = settings
        modules = program.modules
        db = DatabaseClient(settings.database).connection()
        hooks = modules.hooks(settings.ofModules)
    }

    /// The audit's word for who acted, where it was none of the users.
    static let byCommand: JSON = ["by": "command"]

    /// Who counts as an administrator or owner that is left.
    var rule: SignInRule { SignInRule(requiresVerifiedEmail: settings.signIn.requiresVerifiedEmail) }
}

/// Why a command was not carried out. The words are for the operator; no secret is among them.
package enum AdministrationError: Error, Equatable, CustomStringConvertible {
    /// What should name an account is neither an address nor an id.
    case notAUser(String)
    /// No account has this address or id.
    case noSuchUser(String)
    /// An address that no mail can be sent to.
    case notAnAddress(String)
    /// A name that is blank, too long or more than one line.
    case unacceptableName(String)
    /// A password that the API would refuse too; the sentence says why.
    case unacceptablePassword(String)
    /// There is an account with this address.
    case emailTaken(String)
    /// The account is deleted and must be brought back first.
    case isDeleted(String)
    /// The account lost an address that it never verified: to whoever said that they did not register it, or, once it
    /// was deleted, to another account.
    case isReleased(UUID)
    /// The account was deleted longer ago than it is kept.
    case isPastGrace(String)
    /// Nobody could administer the installation any more.
    case lastAdministrator
    /// So many organizations with other members have no other owner.
    case lastOwner(Int)
    /// There is no role of this name.
    case noSuchRole(String)
    /// A key waits for its time already.
    case rotationPending(kid: String, signsFrom: Date)
    /// There is no dead job with this id.
    case noSuchDeadJob(UUID)
    /// There is no kind of job of this name; those that there are.
    case noSuchJobKind(String, [String])

    /// A refusal of a change, in the words of commands.
    init(_ refusal: AccountRefusal, of user: User) {
        self =
            switch refusal {
            case .lastAdministrator: .lastAdministrator
            case .lastOwner(let count): .lastOwner(count)
            case .isDeleted: .deleted(user)
            case .isReleased: .isReleased(user.publicID)
            case .isPastGrace: .isPastGrace(user.email)
            }
    }

    /// Why an account that is deleted cannot be changed.
    static func deleted(_ user: User) -> AdministrationError {
        user.isReleased ? .isReleased(user.publicID) : .isDeleted(user.email)
    }

    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .notAUser(let text): "\"\(text)\" is neither an e-mail address nor the id of an account"
        case .noSuchUser(let text): "there is no account \(text)"
        case .notAnAddress(let text): "\"\(text)\" is not an e-mail address"
        case .unacceptableName(let reason): "this name cannot be given: \(reason)"
        case .unacceptablePassword(let reason): "this password cannot be set: \(reason)"
        case .emailTaken(let email): "there is already an account \(email)"
        case .isDeleted(let email): "\(email) is deleted; `\(Program.command) user activate` brings it back"
        case .isReleased(let id):
            """
            account \(id.text) has lost its address, which it never verified; it cannot be brought \
            back, and is erased \(AccountDeletion.graceDays) days after it was deleted
            """
        case .isPastGrace(let email):
            "\(email) was deleted more than \(AccountDeletion.graceDays) days ago and is about to be erased"
        case .lastAdministrator:
            "this is the last active administrator who can sign in; make another one first, or say --force"
        case .lastOwner(let count):
            """
            this is the last owner of \(count) organization\(count == 1 ? "" : "s") with other members; make another \
            one first, or say --force
            """
        case .noSuchRole(let name): "there is no role \"\(name)\""
        case .rotationPending(let kid, let signsFrom):
            """
            key \(kid) is published and signs from \(signsFrom.rfc3339); wait for that, or, where a key \
            is known to others, say --compromised
            """
        case .noSuchDeadJob(let id): "there is no dead job \(id.text)"
        case .noSuchJobKind(let kind, let kinds):
            "there is no kind of job \"\(kind)\"; there are \(kinds.joined(separator: ", "))"
        }
    }
}
