import Database
import Web

/// The names of the events that a webhook wants; `*` stands for every event.
struct WantedEvents: Sendable, Equatable {
    let words: [String]
}

/// A column holds them with a comma between them, as FIND_IN_SET reads them.
extension WantedEvents: SQLValue, ColumnDecodable {
    var sqlValue: SQLBinding { .text(words.joined(separator: ",")) }

    static func decoded(from column: ColumnValue) -> WantedEvents? {
        guard case .text(let text) = column else { return nil }
        return WantedEvents(
            words: text.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) })
    }
}

extension WantedEvents: ResponseValue {
    static let example = WantedEvents(words: ["organization.member.joined"])

    static func schema(in components: inout Components) -> JSON { [String].schema(in: &components) }

    func render(to output: inout Output) { words.render(to: &output) }
}
