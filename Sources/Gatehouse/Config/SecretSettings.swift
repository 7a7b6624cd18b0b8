extension SettingKind where Value == MasterKeys {
    static let masterKeys = SettingKind(
        expectation: "one or more keys as id:base64 with 32 bytes each, separated by commas", standIn: .throwaway(),
        parse: MasterKeys.init)
}
