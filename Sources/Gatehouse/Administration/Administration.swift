import Cryptography
import Database
package import FoundationEssentials
import Web

/// The actions of an operator on an installation. They use the program's settings and database account, without the
/// API's limits and without a caller, so they work even when nobody can sign in.
///
/// They return a document in the form of the API: `data`, and `meta` where needed. Every change is one transaction with
/// its audit row, which has no actor. Use it on one thread only.
package struct Administration {
    let settings: Settings
    let db: Connection
    let modules: Modules
    /// The hooks to notify of the commands' changes.
    let hooks: Hooks
    /// Determines who counts as a remaining administrator or owner.
    let rule: SignInRule

    /// Creates it without connecting.
    /// - Throws: an error if libcrypto lacks necessary algorithms; `UndeclaredSettings`.
    package init(_ settings: Settings, _ program: Program) throws {
        try Libcrypto.check()
        self.settings = settings
        modules = program.modules
        db = DatabaseClient(settings.database).connection()
        hooks = modules.hooks(settings.ofModules)
        rule = try SignInRule(settings.ofModules)
    }
}

/// Why a command was not carried out. The messages are for operators and contain no secrets.
package enum AdministrationError: Error, Equatable, CustomStringConvertible {
    /// A text that should identify an account is neither an address nor an id.
    case notAUser(String)
    /// No account has this address or id.
    case noSuchUser(String)
    /// Not an address to which mail can be sent.
    case notAnAddress(String)
    /// A name that is blank, too long or more than one line.
    case unacceptableName(String)
    /// A password that the API would refuse too, with the reason.
    case unacceptablePassword(String)
    /// There is an account with this address.
    case emailTaken(String)
    /// The account is deleted and must be restored first.
    case isDeleted(String)
    /// The account lost an address that it never verified: because its owner said that they did not register, or, after
    /// its deletion, to another account.
    case isReleased(UUID)
    /// The grace of the deleted account is over.
    case isPastGrace(String)
    /// Nobody could administer the installation any more.
    case lastAdministrator
    /// This number of organizations with other members have no other owner.
    case lastOwner(Int)
    /// There is no role of this name.
    case noSuchRole(String)
    /// A published key is already waiting to sign.
    case rotationPending(kid: String, signsFrom: Date)
    /// There is no dead job with this id.
    case noSuchDeadJob(UUID)
    /// There is no job kind of this name, with the existing ones.
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

    /// The fault and its remedy.
    package var description: String {
        switch self {
        case .notAUser(let text): "\"\(text)\" is neither an e-mail address nor the id of an account"
        case .noSuchUser(let text): "there is no account \(text)"
        case .notAnAddress(let text): "\"\(text)\" is not an e-mail address"
        case .unacceptableName(let reason): "this name cannot be used: \(reason)"
        case .unacceptablePassword(let reason): "this password cannot be used: \(reason)"
        case .emailTaken(let email): "the account \(email) exists already"
        case .isDeleted(let email): "\(email) is deleted; `\(Program.command) user activate` brings it back"
        case .isReleased(let id):
            """
            account \(id.text) has lost its address, which it never verified; it cannot be restored, and is erased \
            \(AccountDeletion.graceDays) days after its deletion
            """
        case .isPastGrace(let email):
            "\(email) was deleted more than \(AccountDeletion.graceDays) days ago and is about to be erased"
        case .lastAdministrator:
            "this is the last active administrator who can sign in; make another one first, or use --force"
        case .lastOwner(let count):
            """
            this is the last owner of \(count) organization\(count == 1 ? "" : "s") with other members; make another \
            one first, or use --force
            """
        case .noSuchRole(let name): "there is no role \"\(name)\""
        case .rotationPending(let kid, let signsFrom):
            """
            key \(kid) is published and signs from \(signsFrom.rfc3339); wait until then, or, if others may know a \
            key, use --compromised
            """
        case .noSuchDeadJob(let id): "there is no dead job \(id.text)"
        case .noSuchJobKind(let kind, let kinds):
            "there is no job kind \"\(kind)\"; the kinds are \(kinds.joined(separator: ", "))"
        }
    }
}
