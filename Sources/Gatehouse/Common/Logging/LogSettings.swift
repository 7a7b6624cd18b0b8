package import Logging

/// The target and the level of the log.
package struct LogSettings: Sendable {
    /// The file to which lines are appended; `nil` for standard error.
    package let file: String?
    /// The lowest level written.
    package let level: Logger.Level

    init(from reader: inout SettingReader) {
        file = reader.optional(
            "GATEHOUSE_LOG_FILE", .text, "The file that log lines are appended to; standard error by default.")
        reader.imply("(standard error)")
        level = reader.read(
            "GATEHOUSE_LOG_LEVEL", .oneOf(Logger.Level.info), default: "info",
            "The lowest level of lines that are written.")
    }
}
