/// How many deliveries a process sends at the same time.
struct WebhookSettings: ModuleSettings {
    /// The number of threads; with 0 the process delivers none.
    let workers: Int

    init(from reader: inout SettingReader) {
        workers = reader.read(
            "GATEHOUSE_WEBHOOK_WORKERS", .integer(0...64), default: "4",
            """
            Threads of a process that deliver webhooks. With 0 other processes do; with 1 a slow receiver delays all \
            others.
            """)
    }
}
