package import FoundationEssentials
import Primitives

/// Reads times in header fields.
package enum HTTPDate {
    /// Parses a time in the form that senders must use, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7);
    /// `nil` for other texts and for years before 1970. The name of the day is ignored.
    package static func parse(_ text: some StringProtocol) -> Date? {
        guard text.utf8.count == 29 else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            let month = months.firstIndex(where: { $0 == words[2] }).map({ $0 + 1 }), (1970...9999).contains(year),
            (1...GregorianDay.days(in: month, of: year)).contains(day)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        // Second 60 is a leap second.
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let days = GregorianDay.number(of: year, month, day) - GregorianDay.unixEpoch
        return Date(timeIntervalSince1970: Double(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
