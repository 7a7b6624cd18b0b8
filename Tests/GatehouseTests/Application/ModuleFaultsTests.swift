import Database
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// The declarations of modules are checked before anything starts.
@Suite struct ModuleFaultsTests {
    @Test(
        arguments: [
            ([Spoken.self], ["the migrationNamespace of Spoken is \"My notes\"; it must have"]),
            ([Posing.self], ["the migrationNamespace of Posing is \"gatehouse\", which is Gatehouse's own"]),
            (
                [Twins.self],
                [
                    "the published event \"Twin seen\" of Twins must be words of lower-case letters",
                    "the published event \"Twin seen\" of Twins must be words of lower-case letters",
                    "Twins declares the table \"twins\" twice",
                    "Twins declares the permission \"twins:read\" twice",
                    "Twins declares the audit action \"twin.seen\" twice",
                    "Twins declares the event \"GatehouseTests.TwinSeen\" twice",
                    "Twins declares the published event \"Twin seen\" twice",
                    "Twins declares the job kind \"twin\" twice",
                    "Twins declares the export section \"twins\" twice",
                    "Twins declares the expired rows \"twins\" twice",
                    "Twins declares the worker threads \"twins\" twice",
                    "Twins declares the outbound purpose \"twins\" twice",
                    "Twins declares the check \"twins\" twice",
                ]
            ),
            (
                [Taking.self],
                [
                    "the recurring job \"twin\" of Taking is not among its jobs",
                    "the export section \"user\" of Taking has a name that every export uses itself",
                    "the table \"words\" of Taking is one of Gatehouse's",
                    "Taking has a hook on the event \"TwinSeen\", which no module declares",
                    "Users and Taking both declare the table \"users\"",
                    "UserAdministration and Taking both declare the permission \"users:read\"",
                    "Projects and Taking both declare the audit action \"project.created\"",
                    "Users and Taking both declare the audit action \"user.registered\"",
                    "Users and Taking both declare the audit action \"user.created\"",
                    "Users and Taking both declare the event \"Gatehouse.AccountCreated\"",
                    "Users and Taking both declare the published event \"user.created\"",
                    "Projects and Taking both declare the export section \"projects\"",
                ]
            ),
            (
                [Settled.self],
                [
                    "the setting \"QUOTA\" of Settled must begin with GATEHOUSE_, and have",
                    "the setting \"GATEHOUSE_quota\" of Settled must begin with GATEHOUSE_, and have",
                    "the setting GATEHOUSE_WORKERS of Settled is one of Gatehouse's",
                    "the setting GATEHOUSE_CONFIG_FILE of Settled is one of Gatehouse's",
                    "the setting GATEHOUSE_TEST_QUOTA of Settled is one of Gatehouse's",
                    "RegistrationRules and Settled both declare the setting \"GATEHOUSE_REGISTRATION_DOMAINS\"",
                    "the setting GATEHOUSE_PROVIDER_ACME_NAME of Settled can be one of OAuth: GATEHOUSE_PROVIDER_…",
                ]
            ),
            ([Lone.self, Lone.self], ["Lone is listed twice"]), ([Projects.self], ["Projects is listed twice"]),
        ] as [([any Module.Type], [String])])
    func `a program with faulty modules is not made`(modules: [any Module.Type], sentences: [String]) {
        let faults = #expect(throws: ModuleFaults.self) { try Program(modules: modules) }
        let said = faults?.sentences ?? []
        #expect(said.count == sentences.count, "\(said)")
        for (sentence, start) in zip(said, sentences) { #expect(sentence.hasPrefix(start)) }
        #expect(faults?.description.contains("\n  \(said.first ?? "?")") == true)
        #expect(throws: ModuleFaults.self) { try TestApplication(modules: modules) }
    }

    @Test func `Gatehouse's own modules have no faults`() {
        #expect(throws: Never.self) { try ModuleFaults.check(Modules.ofGatehouse, besides: []) }
    }

    @Test func `members of an export that are no sections are named`() {
        let document = ExportedAccount(exampleWith: []).json
        #expect(Set(document.members.map(\.name)) == ExportedAccount.ownMembers)
    }
}

private struct Twin: Job {
    static let kind = "twin"
    var subjects: [JobSubject] { [] }
    func run(_ context: JobContext) throws {}
}

struct TwinSeen: Event {}

extension TwinSeen: PublishedEvent {
    static let publication = Publication("Twin seen", "A twin was seen.", example: Self())

    func write(to output: inout Output) {}
}

private struct Spoken: Module {
    static let migrationNamespace: String? = "My notes"
    init(_ services: Services) {}
}

private struct Posing: Module {
    static let migrationNamespace: String? = MigrationFolder.ownNamespace
    init(_ services: Services) {}
}

private struct Lone: Module {
    init(_ services: Services) {}
}

private struct Settled: Module {
    static let settings: [any ModuleSettings.Type] = [Strange.self]
    init(_ services: Services) {}

    struct Strange: ModuleSettings {
        init(from reader: inout SettingReader) {
            for name in [
                "QUOTA", "GATEHOUSE_quota", "GATEHOUSE_WORKERS", "GATEHOUSE_CONFIG_FILE", "GATEHOUSE_TEST_QUOTA",
                "GATEHOUSE_REGISTRATION_DOMAINS", "GATEHOUSE_PROVIDER_ACME_NAME",
            ] { _ = reader.optional(name, .text, "A name that cannot be.") }
        }
    }
}

private let none = { @Sendable (_: ExportSubject, _: Project?) -> [Project] in [] }

private struct Twins: Module {
    static let permissions: [PermissionDeclaration] = [
        .user(Permission(rawValue: "twins:read"), "Read"), .user(Permission(rawValue: "twins:read"), "Read again"),
    ]
    static let auditActions = [AuditAction(rawValue: "twin.seen"), AuditAction(rawValue: "twin.seen")]
    static let events: [any Event.Type] = [TwinSeen.self, TwinSeen.self]
    static let hooks: [Hook] = [.afterCommit(TwinSeen.self) { _ in nil }]
    static let jobs: [any Job.Type] = [Twin.self, Twin.self]
    static let exportSections = [ExportSection("twins", read: none), ExportSection("twins", read: none)]
    static let expiredRows = [ExpiredRows("twins") { _, _ in 0 }, ExpiredRows("twins") { _, _ in 0 }]
    static let tables = ["twins", "twins"]
    static let workers = [
        ModuleWorkers("twins", count: { _ in 1 }) { _, _ in throw CancellationError() },
        ModuleWorkers("twins", count: { _ in 1 }) { _, _ in throw CancellationError() },
    ]
    static let outboundPurposes = [OutboundPurpose("twins"), OutboundPurpose("twins")]
    static let checks = [ModuleCheck("twins") { _ in [] }, ModuleCheck("twins") { _ in [] }]
    init(_ services: Services) {}
}

private struct Taking: Module {
    static let permissions: [PermissionDeclaration] = [.user(Permission(rawValue: "users:read"), "Read")]
    static let auditActions: [AuditAction] = [ProjectCreated.action]
    static let events: [any Event.Type] = [AccountCreated.self]
    static let hooks: [Hook] = [.afterCommit(TwinSeen.self) { _ in nil }]
    static let recurringJobs = [PeriodicJob(Twin(), every: 60)]
    static let tables = ["words", "users"]
    static let exportSections = [ExportSection("user", read: none), ExportSection("projects", read: none)]
    init(_ services: Services) {}
}
