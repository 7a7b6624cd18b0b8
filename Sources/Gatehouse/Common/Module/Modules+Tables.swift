extension Modules {
    /// The tables of no module: those of the folders of `Common/`, of migrations, and of the scripts that deploy.
    static let sharedTables = [
        "access_versions", "audit_events", "deployment", "idempotency_keys", "jobs", "periodic_jobs", "rate_limits",
        "schema_migrations", "signing_keys", "words",
    ]
}
