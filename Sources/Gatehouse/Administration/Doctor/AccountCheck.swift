import FoundationEssentials
import Glibc

/// Whether the checks of files show the program's rights. They show little for root, which can read and write
/// everything.
enum AccountCheck {
    static func examine(_ settings: Settings) -> Finding {
        guard geteuid() == 0 else { return .ok("account", "not root") }
        // The stack of `make run` runs as its caller, on a developer's machine often as root.
        guard settings.environment == .production else { return .ok("account", "root, for development") }
        return .warning("account", "runs as root, which can read and write every file", advice(settings))
    }

    private static func advice(_ settings: Settings) -> String {
        guard let account = programAccount(settings), let program = realpath("/proc/self/exe", nil) else {
            return "Run doctor as the program's account, to check that account's rights."
        }
        defer { free(program) }
        let command = command(
            as: account, program: String(cString: program),
            settingsFile: ProcessInfo.processInfo.environment["GATEHOUSE_CONFIG_FILE"])
        return "Run doctor as the program's account, to check that account's rights: `\(command)`"
    }

    /// The shell command that runs doctor as another account.
    static func command(as account: String, program: String, settingsFile: String?) -> String {
        let file = settingsFile.map { ["env", "GATEHOUSE_CONFIG_FILE=\($0)"] } ?? []
        return (["runuser", "-u", account, "--"] + file + [program, "doctor"]).map(quoted).joined(separator: " ")
    }

    /// The program's account: the owner of its files, or else the usual account, if the system has it.
    private static func programAccount(_ settings: Settings) -> String? {
        for file in [settings.limits?.file, settings.log.file].compactMap({ $0 }) {
            var status = stat()
            guard stat(file, &status) == 0, status.st_uid != 0, let entry = getpwuid(status.st_uid) else { continue }
            return String(cString: entry.pointee.pw_name)
        }
        return getpwnam("gatehouse") == nil ? nil : "gatehouse"
    }

    /// A word quoted for a shell.
    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-=:".utf8.contains(byte)
            }
        }
        if plain { return word }
        return "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}
