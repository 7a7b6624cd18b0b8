public import FoundationEssentials

/// A text of a mail. It consists of literals of the program, and of values that were read as a name, an address or the
/// like. A `String` can neither be interpolated nor become a text, so nobody else writes into our mails.
public struct MailText: ExpressibleByStringInterpolation, Sendable {
    /// The text, without line breaks.
    let text: String

    /// A text of ours.
    public init(stringLiteral value: StaticString) {
        text = value.description
    }

    /// A text of ours, with what may stand in it.
    public init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
    }

    private init(_ text: String) {
        self.text = text
    }

    /// One text after the other.
    public static func + (first: MailText, second: MailText) -> MailText {
        MailText(first.text + second.text)
    }

    /// Collects the parts of one literal.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// An empty text.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        /// Words of ours.
        public mutating func appendLiteral(_ literal: StaticString) {
            text += literal.description
        }

        /// Another text.
        public mutating func appendInterpolation(_ other: MailText) {
            text += other.text
        }

        /// A name.
        public mutating func appendInterpolation(_ name: PlainName) {
            text += name.text
        }

        /// A word.
        public mutating func appendInterpolation(_ word: MailWord) {
            text += word.text
        }

        /// Words, with commas between them.
        public mutating func appendInterpolation(_ words: [MailWord]) {
            text += words.map(\.text).joined(separator: ", ")
        }

        /// An address as it was typed, cut after 80 characters.
        public mutating func appendInterpolation(_ address: EmailAddress) {
            let scalars = address.entered.unicodeScalars
            text += scalars.count <= longestAddress ? address.entered : String(scalars.prefix(longestAddress)) + "…"
        }

        /// A word of an enumeration.
        public mutating func appendInterpolation(_ word: some RawRepresentable<String> & CaseIterable) {
            text += word.rawValue
        }

        /// The same, with "a" or "an" before it.
        public mutating func appendInterpolation(withArticle word: some RawRepresentable<String> & CaseIterable) {
            let beginsWithVowel = word.rawValue.utf8.first.map { "aeiou".utf8.contains($0) } ?? false
            text += "\(beginsWithVowel ? "an" : "a") \(word.rawValue)"
        }

        /// A number, in digits.
        public mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }

        /// A number of whole minutes below an hour, of whole hours up to a day, and of whole days above. The number is
        /// rounded down.
        public mutating func appendInterpolation(_ lifetime: Duration) {
            let minutes = lifetime.components.seconds / 60
            let (count, unit) =
                switch minutes {
                case ..<60: (minutes, "minute")
                case ..<(25 * 60): (minutes / 60, "hour")
                default: (minutes / (24 * 60), "day")
                }
            text += "\(count) \(unit)\(count == 1 ? "" : "s")"
        }

        /// A time in UTC, to the minute.
        public mutating func appendInterpolation(time: Date) {
            text += "\(time.utc("%Y-%m-%d %H:%M")) UTC"
        }

        /// A day in UTC.
        public mutating func appendInterpolation(day: Date) {
            text += day.utc("%Y-%m-%d")
        }
    }
}

/// The maximum length of an address in characters. At four octets each, it is far below the limit of a line.
private let longestAddress = 80
