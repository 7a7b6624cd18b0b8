/// What is set for the rotation of refresh tokens.
struct RefreshSettings: ModuleSettings {
    /// How long after its use a refresh token still gets the same successor, in seconds: a lost answer, two tabs.
    let grace: Int

    init(from reader: inout SettingReader) {
        grace = reader.read(
            "GATEHOUSE_REFRESH_GRACE", .integer(0...120), default: "30",
            "For how many seconds a used refresh token gets the same successor again, while that is unused.")
    }
}
