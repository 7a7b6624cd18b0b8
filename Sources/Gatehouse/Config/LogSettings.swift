package import Logging

/// Where logs go and from which level.
package struct LogSettings: Sendable {
    /// The file that lines are appended to; standard error without one.
    package let file: String?
    /// The lowest level written.
    package let level: Logger.Level

    init(from reader: inout SettingReader) {
        file = reader.optional(
            "GATEHOUSE_LOG_FILE", .text, "The file that log lines are appended to; standard error by default.")
        reader.imply("(standard error)")
        level = reader.read(
            "GATEHOUSE_LOG_LEVEL", .oneOf(Logger.Level.info), default: "info", "The lowest level that is written.")
    }
}
