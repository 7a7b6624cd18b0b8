import Database
import Glibc

/// Whether the program can use the files in its settings.
enum FileChecks {
    static func examine(_ settings: Settings, _ program: Program) -> [Finding] {
        [migrations(settings, program), log(settings), limits(settings), metrics(settings), circuits(settings)]
    }

    private static func migrations(_ settings: Settings, _ program: Program) -> Finding {
        do {
            let folders = try program.modules.migrationFolders(of: settings.migrations)
            let found = try folders.map { folder in
                "\(folder), \(try Migrator.names(in: [folder]).count) migrations"
            }
            return .ok("migrations folder", found.joined(separator: "; "))
        } catch {
            return .fault(
                "migrations folder", "\(error)",
                "Correct GATEHOUSE_MIGRATIONS, or put the folders of this version there.")
        }
    }

    private static func log(_ settings: Settings) -> Finding {
        guard let file = settings.log.file else { return .ok("log file", "none; lines go to standard error") }
        return writable("log file", file)
    }

    private static func limits(_ settings: Settings) -> Finding {
        guard let limits = settings.limits else { return .ok("rate-limit file", "none; the limits are off") }
        return writable("rate-limit file", limits.file)
    }

    private static func metrics(_ settings: Settings) -> Finding {
        guard let file = settings.metricsFile else {
            return .ok("metrics file", "none; each process counts for itself")
        }
        return writable("metrics file", file)
    }

    private static func circuits(_ settings: Settings) -> Finding {
        guard let file = settings.outbound.circuitsFile else {
            return .ok("circuits file", "none; each process has its own circuits")
        }
        return writable("circuits file", file)
    }

    /// Whether a file can be written, or created if it is missing.
    private static func writable(_ check: String, _ file: String) -> Finding {
        let folder = file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) : "."
        let isThere = access(file, F_OK) == 0
        let isWritable = isThere ? access(file, W_OK) == 0 : access(folder.isEmpty ? "/" : folder, W_OK | X_OK) == 0
        if isWritable { return .ok(check, isThere ? file : "\(file), which does not exist yet") }
        let place = isThere ? file : folder
        return .fault(
            check, "\(place): \(ConfigurationCheck.errorText())",
            "Create the folder, and let the program's account write to it.")
    }
}
