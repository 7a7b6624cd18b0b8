package import Database

/// All settings, read once at start-up. `docs/operations.md` documents each of them; a test compares.
package struct Settings: Sendable {
    /// The purpose of an installation.
    package enum Environment: String, Sendable, CaseIterable {
        /// Real users.
        case production
        /// A developer's machine, where limits may be lifted and seeds loaded.
        case development
    }

    /// Production, unless it says otherwise.
    package let environment: Environment
    /// The origin that users see: the issuer of tokens and the base of links in mails.
    package let publicURL: String
    /// The location of the database and the program's account.
    package let database: DatabaseSettings
    /// The folders of the migrations.
    package let migrations: [MigrationFolder]
    /// Worker threads, each of which serves one request at a time with its own connection.
    package let workers: Int
    /// Threads that run background jobs.
    package let jobWorkers: Int
    /// The target and the level of the log.
    package let log: LogSettings
    /// Password hashing.
    package let passwords: PasswordSettings
    /// The mail server and the sender.
    package let smtp: SMTPSettings

    /// The rate limits and their storage; `nil` if all limits are lifted.
    package let limits: LimitSettings?

    /// The file in which the processes of a machine count together; `nil` if each counts for itself.
    let metricsFile: String?
    /// Outgoing HTTP requests.
    let outbound: OutboundSettings
    let masterKeys: MasterKeys
    /// The URL of the service for breached passwords; `nil` if none is asked.
    let breachCheckURL: String?
    /// What is set for the modules of the program.
    let ofModules: DeclaredSettings
    let audience: String
    /// Origins of other sites whose pages may call the API.
    let crossOrigins: [String]

    /// Reads every setting; the reader collects the faults.
    init(from reader: inout SettingReader, _ modules: [any ModuleSettings.Type]) {
        environment = reader.read(
            "GATEHOUSE_ENVIRONMENT", .oneOf(Environment.production), default: "production",
            "`production`, or `development`, which allows settings that are unsafe for real users.")
        publicURL = reader.required(
            "GATEHOUSE_PUBLIC_URL", .origin,
            """
            The origin that users see, such as `https://id.example.com`: the issuer of tokens and the base of \
            links in mails.
            """)
        audience =
            reader.optional(
                "GATEHOUSE_TOKEN_AUDIENCE", .text, "The `aud` claim of access tokens; the public URL by default.")
            ?? publicURL
        reader.imply(publicURL.isEmpty ? nil : publicURL)
        masterKeys = reader.required(
            "GATEHOUSE_MASTER_KEY", .masterKeys, isSecret: true,
            """
            Keys from which all other keys are derived, as `id:base64,…` with 32 bytes each: the first encrypts, all \
            decrypt.
            """
        )
        database = DatabaseSettings(from: &reader)
        migrations = Self.migrations(from: &reader)
        workers = reader.read(
            "GATEHOUSE_WORKERS", .integer(1...512), default: "44",
            "Worker threads of a process; each serves one request at a time and has one database connection.")
        jobWorkers = reader.read(
            "GATEHOUSE_JOB_WORKERS", .integer(1...64), default: "2", "Threads of a process that run background jobs.")
        passwords = PasswordSettings(from: &reader, workers: workers)
        breachCheckURL = reader.optional(
            "GATEHOUSE_BREACH_CHECK_URL", .rangeURL,
            "A range service for breached passwords, such as `https://api.pwnedpasswords.com/range/`; none by default.")
        limits = LimitSettings.read(from: &reader, mayBeOff: environment == .development)
        metricsFile =
            reader.read(
                "GATEHOUSE_METRICS_FILE", .sharedFile, default: "/run/gatehouse/metrics",
                "The file in which the processes of a machine count for `/metrics`; with `none` each counts for itself."
            ).path
        outbound = OutboundSettings(from: &reader, isDevelopment: environment == .development)
        crossOrigins =
            reader.optional(
                "GATEHOUSE_CORS_ORIGINS", .origins,
                "Origins whose pages may call the API (CORS), separated by commas; without cookies.") ?? []
        smtp = SMTPSettings(from: &reader)
        log = LogSettings(from: &reader)
        ofModules = DeclaredSettings(modules, from: &reader)

        if environment == .production && publicURL.hasPrefix("http://") {
            reader.reject("GATEHOUSE_PUBLIC_URL must be an https origin in production.")
        }
    }

    static func migrations(from reader: inout SettingReader) -> [MigrationFolder] {
        reader.read(
            "GATEHOUSE_MIGRATIONS", .migrationFolders, default: "sql/migrations",
            """
            The folder of the migrations, with which readiness compares the database. The folders of other packages \
            follow as `,NAME=FOLDER`.
            """)
    }
}

/// The settings of `gatehouse migrate`: the database, and the account that may change its structure.
package struct MigrationSettings: Sendable {
    /// The database, with the migrating account.
    package let database: DatabaseSettings
    /// The folders of the migrations.
    package let migrations: [MigrationFolder]

    init(from reader: inout SettingReader) {
        var database = DatabaseSettings(from: &reader, needsPassword: false)
        database.user = reader.read(
            "GATEHOUSE_MIGRATE_USER", .text, default: "gatehouse_migrate",
            "The account that changes the database's structure; only `migrate` uses it.")
        database.password = reader.required(
            "GATEHOUSE_MIGRATE_PASSWORD", .text, isSecret: true,
            "That account's password; only `migrate` needs it.")
        self.database = database
        migrations = Settings.migrations(from: &reader)
    }
}

extension Settings {
    /// Reads the program's settings.
    /// - Parameter modules: the settings of its modules.
    /// - Throws: `SettingsError` with every fault.
    package static func load(
        from source: SettingSource, _ modules: [any ModuleSettings.Type]
    ) throws(SettingsError) -> Settings {
        var reader = SettingReader(source)
        let settings = Settings(from: &reader, modules)
        if let error = SettingsError(source.faults + reader.faults) { throw error }
        return settings
    }

    /// Every setting with its effective value, and all faults.
    /// - Parameter modules: the settings of the program's modules.
    package static func survey(
        _ source: SettingSource, _ modules: [any ModuleSettings.Type]
    ) -> (settings: [Setting], faults: [String]) {
        var program = SettingReader(source)
        _ = Settings(from: &program, modules)
        var migration = SettingReader(source)
        _ = MigrationSettings(from: &migration)
        let known = Set(program.settings.map(\.name))
        return (
            program.settings + migration.settings.filter { !known.contains($0.name) }, source.faults + program.faults
        )
    }
}

extension MigrationSettings {
    /// Reads the settings of `gatehouse migrate`.
    /// - Throws: `SettingsError` with every fault.
    package static func load(from source: SettingSource) throws(SettingsError) -> MigrationSettings {
        var reader = SettingReader(source)
        let settings = MigrationSettings(from: &reader)
        if let error = SettingsError(source.faults + reader.faults) { throw error }
        return settings
    }

    /// Every setting of `gatehouse migrate` with its effective value, and all faults.
    package static func survey(_ source: SettingSource) -> (settings: [Setting], faults: [String]) {
        var reader = SettingReader(source)
        _ = MigrationSettings(from: &reader)
        return (reader.settings, source.faults + reader.faults)
    }
}
