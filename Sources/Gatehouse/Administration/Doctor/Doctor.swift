import CTimex
import Cryptography
import Database
import Glibc

/// Looks at everything an installation depends on. Sends no mail, and rolls back what it tries to change.
package enum Doctor {
    /// Every finding. What depends on something that is broken itself is left out.
    package static func examine(_ program: Program) -> [Finding] {
        let (settings, ofSettings) = ConfigurationCheck.examine(program)
        let findings = ofSettings + [cryptography()]
        guard let settings, findings.last?.status == .ok else { return findings }
        let here = [AccountCheck.examine(settings)] + FileChecks.examine(settings, program) + [systemClock()]
        let database = DatabaseChecks.examine(settings, program, migrations: migrations(program))
        return findings + here + database + [mail(settings)]
    }

    /// Where the account of the migrations signs in; `nil` where its settings are not all here, as on a machine that
    /// only serves.
    private static func migrations(_ program: Program) -> DatabaseSettings? {
        guard let source = try? SettingSource.ofProcess(program.settingNames) else { return nil }
        return try? MigrationSettings.load(from: source).database
    }

    private static func cryptography() -> Finding {
        do {
            try Libcrypto.check()
            return .ok("cryptography", "libcrypto offers what is needed")
        } catch {
            return .fault(
                "cryptography", "\(error)",
                """
                OpenSSL's configuration (the file that OPENSSL_CONF names, else /etc/ssl/openssl.cnf) must activate a \
                provider that offers it, such as `default`; `openssl list -providers` shows which are active.
                """)
        }
    }

    /// Whether the kernel knows its clock to be synchronised (adjtimex(2), STA_UNSYNC).
    private static func systemClock() -> Finding {
        switch gatehouse_clock_is_synchronised() {
        case 1: .ok("system clock", "synchronised")
        case 0:
            .warning(
                "system clock", "it is not synchronised",
                "Have chrony or systemd-timesyncd keep it; tokens and time-outs depend on it.")
        default:
            .warning(
                "system clock", "the system does not tell whether it is synchronised",
                "See that the machine's clock is kept by NTP.")
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
                "Compare the settings GATEHOUSE_SMTP_… with the server's; its log tells its side.")
        }
        let security = smtp.security == .none ? "without TLS" : "TLS"
        return .ok("mail server", "\(place), \(security), \(smtp.username.map { "as \($0)" } ?? "without signing in")")
    }
}
