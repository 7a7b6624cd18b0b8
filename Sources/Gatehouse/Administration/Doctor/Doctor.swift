import CTimex
import Cryptography
import Database
import Glibc
import Logging

/// Checks everything that an installation depends on. Sends no mail, and rolls back every trial change.
package enum Doctor {
    /// All findings. Checks that depend on something broken are left out.
    package static func examine(_ program: Program) -> [Finding] {
        let (settings, ofSettings) = ConfigurationCheck.examine(program)
        let findings = ofSettings + [cryptography()]
        guard let settings, findings.last?.status == .ok else { return findings }
        let here = [AccountCheck.examine(settings)] + FileChecks.examine(settings, program) + [systemClock()]
        let database = DatabaseChecks.examine(settings, program, migrations: migrations(program))
        return findings + here + database + [mail(settings)] + modules(program, settings, database)
    }

    /// The findings of the modules.
    /// - Parameter database: the findings about the database, which decide whether the modules can use it.
    private static func modules(_ program: Program, _ settings: Settings, _ database: [Finding]) -> [Finding] {
        var ofOutbound = settings.outbound
        ofOutbound.circuitsFile = nil
        let log = Logger(label: "") { _ in SwiftLogNoOpLogHandler() }
        let isUsable = !database.contains { $0.status == .fault && ["database", "migrations"].contains($0.check) }
        let db = isUsable ? DatabaseClient(settings.database).connection() : nil
        defer { db?.close() }
        do {
            let outbound = try Outbound(ofOutbound, masterKeys: settings.masterKeys, log: log)
            let context = CheckContext(
                settings: settings.ofModules, masterKeys: settings.masterKeys, outbound: outbound, db: db)
            return program.modules.checks.flatMap { $0.findings(context) }
        } catch {
            return [.fault("outgoing requests", "\(error)", "Give the program more memory.")]
        }
    }

    /// The sign-in of the migrating account; `nil` if its settings are incomplete, as on a machine that only serves.
    private static func migrations(_ program: Program) -> DatabaseSettings? {
        guard let source = try? SettingSource.ofProcess(program.settingNames) else { return nil }
        return try? MigrationSettings.load(from: source).database
    }

    private static func cryptography() -> Finding {
        do {
            try Libcrypto.check()
            return .ok("cryptography", "libcrypto offers all necessary algorithms")
        } catch {
            return .fault(
                "cryptography", "\(error)",
                """
                OpenSSL's configuration (the file that OPENSSL_CONF names, else /etc/ssl/openssl.cnf) must activate a \
                provider that offers it, such as `default`; `openssl list -providers` shows which are active.
                """)
        }
    }

    /// Whether the kernel considers its clock synchronised (adjtimex(2), STA_UNSYNC).
    private static func systemClock() -> Finding {
        switch gatehouse_clock_is_synchronised() {
        case 1: .ok("system clock", "synchronised")
        case 0:
            .warning(
                "system clock", "it is not synchronised",
                "Let chrony or systemd-timesyncd synchronise it; tokens and time-outs depend on it.")
        default:
            .warning(
                "system clock", "the system does not report whether it is synchronised",
                "Make sure that NTP synchronises the machine's clock.")
        }
    }

    private static func mail(_ settings: Settings) -> Finding {
        let smtp = settings.smtp
        let place = "\(smtp.host):\(smtp.port)"
        do {
            try Mailer(smtp).probe()
        } catch {
            let reason =
                if case .delayed(_, let reason, let smtpCode) = error { "\(reason); last reply \(smtpCode)" } else {
                    "\(error)"
                }
            return .fault(
                "mail server", "\(place): \(reason)",
                "Compare the settings GATEHOUSE_SMTP_… with those of the server; see the server's log.")
        }
        let security = smtp.security == .none ? "without TLS" : "TLS"
        return .ok("mail server", "\(place), \(security), \(smtp.username.map { "as \($0)" } ?? "without signing in")")
    }
}
