import Cryptography
import Logging
import Threads
import Web

/// Asks a service whether a password is in a known leak, without telling it the password.
///
/// The service is asked for all leaked passwords whose SHA-1 begins with the same five hexadecimal digits, in the
/// way of the range interface of Have I Been Pwned (haveibeenpwned.com/API/v3, "Pwned Passwords"). Where it does not
/// answer as it should, no password counts as leaked: nobody is kept from choosing a password because somebody
/// else's server is down.
struct BreachCheck: Sendable {
    private let baseURL: String
    private let log: Logger
    private let client = HTTPClient(
        connectTimeout: .milliseconds(500), timeout: .seconds(1), largestBody: 256 << 10)
    private let nextWarning = Monitor(ContinuousClock.now)

    /// Digits of the hash that the service gets to see.
    private static let prefixLength = 5

    /// Between two warnings.
    private static let pause = Duration.seconds(60)

    /// Makes a check.
    /// - Parameters:
    ///   - baseURL: what the five digits are appended to, such as `https://api.pwnedpasswords.com/range/`.
    ///   - log: where a service that does not answer is reported, at most once a minute.
    init(baseURL: String, log: Logger) {
        self.baseURL = baseURL
        self.log = log
    }

    /// Whether a password is known to have leaked. Blocks for a second at most.
    /// - Parameter now: decides whether a failure is reported.
    func contains(_ password: String, at now: ContinuousClock.Instant = .now) -> Bool {
        do {
            let digits = Self.hexadecimal(SHA1.digest(of: try password.opaqueUTF8))
            let suffix = digits.utf8.dropFirst(Self.prefixLength)
            return try entries(beginningWith: digits.prefix(Self.prefixLength)).contains { entry in
                entry.suffix.elementsEqual(suffix) && entry.count > 0
            }
        } catch {
            report(error, at: now)
            return false
        }
    }

    private func entries(beginningWith prefix: Substring) throws -> [Entry] {
        let answer = try client.get(baseURL + prefix, headers: Self.headers)
        guard answer.status == 200 else { throw UnusableAnswer(status: answer.status) }
        let lines = answer.body.split { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        return try lines.map { line in
            guard let entry = Entry(line) else { throw UnusableAnswer(status: answer.status) }
            return entry
        }
    }

    private func report(_ error: any Error, at now: ContinuousClock.Instant) {
        let isDue = nextWarning.update { next in
            guard now >= next else { return false }
            next = now + Self.pause
            return true
        }
        guard isDue else { return }
        log.warning("passwords are not checked for leaks", metadata: ["reason": "\(error)"])
    }

    /// The rest of a leaked password's hash, and how often it was seen.
    private struct Entry {
        let suffix: [UInt8]
        let count: Int

        /// Reads a line of the answer, `SUFFIX:COUNT`; `nil` when it is something else.
        init?(_ line: ArraySlice<UInt8>) {
            let parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].count == 2 * SHA1.byteCount - BreachCheck.prefixLength,
                let count = Int(String(decoding: parts[1], as: UTF8.self))
            else { return nil }
            let hash = String(decoding: parts[0], as: UTF8.self)
            guard hash.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
            suffix = Array(hash.uppercased().utf8)
            self.count = count
        }
    }

    /// The service answered, but not with a list.
    private struct UnusableAnswer: Error, CustomStringConvertible {
        let status: Int

        var description: String { "the answer with status \(status) is not a list of hashes" }
    }

    private static func hexadecimal(_ digest: [UInt8]) -> String {
        digest.map { octet in
            (octet < 0x10 ? "0" : "") + String(octet, radix: 16, uppercase: true)
        }.joined()
    }

    /// Asks for entries of count 0 among the others, so that the length of the answer does not tell the prefix.
    private static let headers: HTTPFields = ["Add-Padding": "true"]
}
