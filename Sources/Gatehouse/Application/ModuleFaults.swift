import Database
import Web

/// Faults in the declarations of a program's modules, because of which it cannot start.
package struct ModuleFaults: Error, CustomStringConvertible {
    /// One sentence for each fault.
    package private(set) var sentences: [String] = []

    package var description: String {
        (["the modules of this program contradict each other:"] + sentences).joined(separator: "\n  ")
    }

    /// Checks the modules of other packages by themselves, and all modules together.
    /// - Throws: every fault at once.
    static func check(
        _ modules: [any Module.Type], besides own: [any Module.Type]
    ) throws(ModuleFaults) {
        var faults = ModuleFaults()
        var all = own
        for module in modules {
            if all.contains(where: { $0 == module }) {
                faults.sentences.append("\(module) is listed twice")
                continue
            }
            all.append(module)
            faults.checkNamespace(of: module)
            faults.checkRecurringJobs(of: module)
            faults.checkExport(of: module)
            faults.checkSettings(of: module)
            faults.checkTables(of: module)
            faults.checkPublishedEvents(of: module)
        }
        let events = Set(all.flatMap { $0.events.map { ObjectIdentifier($0) } })
        for module in modules { faults.checkHooks(of: module, events) }
        faults.checkUnique("the table", in: all) { $0.tables }
        faults.checkUnique("the permission", in: all) { $0.permissions.map(\.permission.rawValue) }
        faults.checkUnique("the audit action", in: all) { $0.allAuditActions.map(\.rawValue) }
        faults.checkUnique("the event", in: all) { $0.events.map { String(reflecting: $0) } }
        faults.checkUnique("the published event", in: all) { $0.events.compactMap(Self.published) }
        faults.checkUnique("the job kind", in: all) { $0.jobs.map { $0.kind } }
        faults.checkUnique("the recurring job", in: all) { $0.recurringJobs.map(\.name) }
        faults.checkUnique("the setting", in: all) { $0.settings.flatMap(SettingNames.read) }
        faults.checkFamilies(in: all)
        faults.checkUnique("the export section", in: all) { $0.exportSections.map(\.name.description) }
        faults.checkUnique("the expired rows", in: all) { $0.expiredRows.map(\.name) }
        faults.checkUnique("the worker threads", in: all) { $0.workers.map(\.name) }
        faults.checkUnique("the outbound purpose", in: all) { $0.outboundPurposes.map(\.name) }
        faults.checkUnique("the check", in: all) { $0.checks.map(\.name) }
        guard faults.sentences.isEmpty else { throw faults }
    }

    private mutating func checkNamespace(of module: any Module.Type) {
        guard let namespace = module.migrationNamespace else { return }
        if namespace == MigrationFolder.ownNamespace {
            sentences.append("the migrationNamespace of \(module) is \"\(namespace)\", which is Gatehouse's own")
        } else if !MigrationFolder.isNamespace(namespace) {
            sentences.append(
                """
                the migrationNamespace of \(module) is "\(namespace)"; it must have at most 40 lower-case letters, \
                digits, hyphens and underscores, and begin with a letter
                """)
        }
    }

    private mutating func checkRecurringJobs(of module: any Module.Type) {
        let kinds = Set(module.jobs.map { $0.kind })
        for job in module.recurringJobs where !kinds.contains(job.name) {
            sentences.append("the recurring job \"\(job.name)\" of \(module) is not among its jobs")
        }
    }

    private mutating func checkExport(of module: any Module.Type) {
        for name in module.exportSections.map(\.name.description) where ExportedAccount.ownMembers.contains(name) {
            sentences.append("the export section \"\(name)\" of \(module) has a name that every export uses itself")
        }
    }

    private mutating func checkSettings(of module: any Module.Type) {
        for name in module.settings.flatMap(SettingNames.read) {
            if !SettingNames.isAcceptable(name) {
                sentences.append(
                    """
                    the setting "\(name)" of \(module) must begin with GATEHOUSE_, and have at most 64 capitals, \
                    digits and underscores
                    """)
            } else if SettingNames.isTaken(name) {
                sentences.append("the setting \(name) of \(module) is one of Gatehouse's")
            }
        }
    }

    private mutating func checkTables(of module: any Module.Type) {
        for table in module.tables where Modules.sharedTables.contains(table) {
            sentences.append("the table \"\(table)\" of \(module) is one of Gatehouse's")
        }
    }

    /// A module's setting must not look like one of another module's family, such as `GATEHOUSE_PROVIDER_ACME_NAME`.
    private mutating func checkFamilies(in modules: [any Module.Type]) {
        for owner in modules {
            for family in owner.settings.flatMap(SettingNames.families) {
                for module in modules where module != owner {
                    for name in module.settings.flatMap(SettingNames.read) where family.contains(name) {
                        sentences.append("the setting \(name) of \(module) can be one of \(owner): \(family)")
                    }
                }
            }
        }
    }

    private mutating func checkPublishedEvents(of module: any Module.Type) {
        for name in module.events.compactMap(Self.published)
        where name.wholeMatch(of: /[a-z_]+(\.[a-z_]+)+/) == nil
            || name.utf8.count > Self.longestEvent
        {
            sentences.append(
                """
                the published event "\(name)" of \(module) must be words of lower-case letters and underscores with \
                dots between them, at most \(Self.longestEvent) characters
                """)
        }
    }

    /// The width of the column.
    private static let longestEvent = 64

    private static func published(_ event: any Event.Type) -> String? { (event as? any PublishedEvent.Type)?.word }

    private mutating func checkHooks(of module: any Module.Type, _ events: Set<ObjectIdentifier>) {
        for event in module.hooks.compactMap(\.event) where !events.contains(ObjectIdentifier(event)) {
            sentences.append("\(module) has a hook on the event \"\(event)\", which no module declares")
        }
    }

    private mutating func checkUnique(
        _ what: String, in modules: [any Module.Type], _ words: (any Module.Type) -> [String]
    ) {
        var owners: [String: any Module.Type] = [:]
        for module in modules {
            for word in words(module) {
                guard let owner = owners.updateValue(module, forKey: word) else { continue }
                sentences.append(
                    owner == module
                        ? "\(module) declares \(what) \"\(word)\" twice"
                        : "\(owner) and \(module) both declare \(what) \"\(word)\"")
            }
        }
    }
}
