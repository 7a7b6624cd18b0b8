/// A file that the processes of a machine share.
struct SharedFileSetting: Sendable {
    /// The path; `nil` if each process keeps its own memory.
    let path: String?
}

extension SettingKind where Value == SharedFileSetting {
    static let sharedFile = SettingKind(expectation: "a path or none", standIn: SharedFileSetting(path: nil)) { text in
        SharedFileSetting(path: text == "none" ? nil : text)
    }
}
