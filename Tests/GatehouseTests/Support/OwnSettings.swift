@testable import Gatehouse

// The settings of Gatehouse itself, without modules of other packages.

extension Settings {
    static func load(from source: SettingSource) throws(SettingsError) -> Settings {
        try load(from: source, Program.gatehouse.moduleSettings)
    }

    static func survey(_ source: SettingSource) -> (settings: [Setting], faults: [String]) {
        survey(source, Program.gatehouse.moduleSettings)
    }
}

extension SettingsFile {
    init(path: String) throws(Unreadable) {
        try self.init(path: path, Program.gatehouse.settingNames)
    }

    init(_ content: [UInt8]) {
        self.init(content, Program.gatehouse.settingNames)
    }
}
