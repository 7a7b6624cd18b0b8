import FoundationEssentials
public import Logging
import Web

/// Writes each log event as one JSON object on one line: `timestamp`, `level`, `message`, then what the event carries.
public struct JSONLogHandler: LogHandler {
    /// What every event of this logger carries.
    public var metadata: Logger.Metadata = [:]
    /// The lowest level written.
    public var logLevel: Logger.Level
    private let file: LogFile

    /// Makes a handler that writes to a file.
    public init(file: LogFile, level: Logger.Level) {
        self.file = file
        self.logLevel = level
    }

    /// One value of what every event carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event.
    public func log(event: LogEvent) {
        var members: [JSON.Member] = [
            .init("timestamp", Date().json), .init("level", .string(event.level.rawValue)),
            .init("message", .string(event.message.description)),
        ]
        let carried = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in carried.sorted(by: { $0.key < $1.key }) { members.append(.init(key, JSON(value))) }
        file.append(JSON.object(members).text() + [UInt8(ascii: "\n")])
    }
}

extension JSON {
    fileprivate init(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): self = .string(text)
        case .stringConvertible(let number as Int): self = .integer(number)
        case .stringConvertible(let number as Double): self = .number(number)
        case .stringConvertible(let other): self = .string(other.description)
        case .array(let values): self = .array(values.map { JSON($0) })
        case .dictionary(let values):
            self = .object(values.sorted { $0.key < $1.key }.map { Member($0.key, JSON($0.value)) })
        }
    }
}
