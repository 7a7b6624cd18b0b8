/// How many deliveries a process sends at the same time.
struct WebhookSettings: ModuleSettings {
    /// The number of threads.
    let workers: Int

    init(from reader: inout SettingReader) {
        workers = reader.read(
            "GATEHOUSE_WEBHOOK_WORKERS", .integer(2...64), default: "4",
            "Threads of a process that deliver webhooks.")
    }
}
