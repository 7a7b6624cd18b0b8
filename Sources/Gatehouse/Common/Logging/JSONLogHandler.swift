import FoundationEssentials
package import Logging
import Web

/// Writes each log event as one JSON object on one line: `timestamp`, `level`, `message`, then the event's metadata.
package struct JSONLogHandler: LogHandler {
    /// The metadata of every event of this logger.
    package var metadata: Logger.Metadata = [:]
    /// The lowest level written.
    package var logLevel: Logger.Level
    private let file: LogFile

    /// Makes a handler that writes to a file.
    package init(file: LogFile, level: Logger.Level) {
        self.file = file
        self.logLevel = level
    }

    /// One value of the metadata.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event.
    package func log(event: LogEvent) {
        let carried = metadata.merging(event.metadata ?? [:]) { _, new in new }
        file.append { line in
            line.begin(event.level, event.message.description)
            line.write(carried)
        }
    }
}

extension Output {
    /// Writes the common beginning of all lines.
    mutating func begin(_ level: Logger.Level, _ message: String) {
        field("timestamp", Date())
        field("level", level.rawValue)
        field("message", message)
    }

    fileprivate mutating func write(_ members: Logger.Metadata) {
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            name(key)
            write(value)
        }
    }

    private mutating func write(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): self.value(text)
        case .stringConvertible(let number as Int): self.value(number)
        case .stringConvertible(let number as Double): self.value(number)
        case .stringConvertible(let other): self.value(other.description)
        case .array(let values):
            array { output in
                for value in values { output.write(value) }
            }
        case .dictionary(let members): object { $0.write(members) }
        }
    }
}
