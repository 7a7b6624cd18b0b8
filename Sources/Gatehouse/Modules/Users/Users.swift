import Database
import FoundationEssentials
import Web

/// Accounts, and the user's own profile.
struct Users: Module {
    static let tables = ["users", "identities"]
    static let settings: [any ModuleSettings.Type] = [SignInSettings.self]
    static let permissions: [PermissionDeclaration] = [
        .user(.accountRead, "Read your account and the list of its sessions")
    ]
    static let events: [any Event.Type] = [
        AccountWillBeCreated.self, AccountCreated.self, ProfileChanged.self, EmailVerified.self,
        EmailChangeRequested.self, EmailChanged.self, EmailReleased.self, AccountTakenOver.self,
        PasswordChanged.self, RoleChanged.self, AccountSuspended.self, AccountActivated.self, AccountDeleted.self,
        AccountErased.self, IdentityLinked.self,
        IdentityUnlinked.self,
    ]
    static let jobs: [any Job.Type] = [WriteUserWords.self]
    static let exportSections = [
        ExportSection("identities", "The accounts at providers by which the user signs in.") {
            (subject: ExportSubject, last: Identity?) in
            last == nil ? try IdentityRepository.all(of: subject.user.id, in: subject.db) : []
        }
    ]
    static let recurringJobs = [PeriodicJob(WriteUserWords(), every: WriteUserWords.interval)]

    let profile: ProfileService

    init(_ services: Services) {
        profile = ProfileService(hooks: services.hooks)
    }
}

extension Permission {
    /// Read one's own account and the list of one's sessions.
    static let accountRead = Permission(rawValue: "account:read")
}
