/// What is set for the rotation of refresh tokens.
struct RefreshSettings: ModuleSettings {
    /// The time after its use for which a refresh token still gets the same successor, in seconds, for lost answers and
    /// second tabs.
    let grace: Int

    init(from reader: inout SettingReader) {
        grace = reader.read(
            "GATEHOUSE_REFRESH_GRACE", .integer(0...120), default: "30",
            "How many seconds a used refresh token still gets the same successor, while that is unused.")
    }
}
