import Cryptography
import Logging
import Threads
import Web

/// Asks a service whether a password is in a known leak, without revealing the password.
///
/// The request is for all leaked passwords whose SHA-1 begins with the same five hexadecimal digits, as in the range
/// interface of Have I Been Pwned (haveibeenpwned.com/API/v3, "Pwned Passwords"). If the service does not answer
/// correctly, no password counts as leaked, so an outage of the service does not prevent users from choosing a
/// password.
struct BreachCheck: Sendable {
    private let baseURL: String
    private let log: Logger
    private let client: HTTPClient
    private let nextWarning = Monitor(ContinuousClock.now)

    /// The number of digits of the hash that the service sees.
    private static let prefixLength = 5

    /// The minimum time between two warnings.
    private static let pause = Duration.seconds(60)

    /// Makes a check.
    /// - Parameters:
    ///   - baseURL: the URL to which the five digits are appended, such as `https://api.pwnedpasswords.com/range/`.
    ///   - log: the log for failures of the service, at most once a minute.
    init(baseURL: String, outbound: Outbound, log: Logger) {
        let host = RequestTarget(baseURL).flatMap { IPAddress($0.host) }
        client = (host.map(outbound.opening) ?? outbound).client(
            .breaches, connectTimeout: .milliseconds(500), timeout: .seconds(1), largestBody: 256 << 10)
        self.baseURL = baseURL
        self.log = log
    }

    /// Whether a password is known to have leaked. Blocks for at most a second.
    /// - Parameter now: the time that decides whether a failure is logged.
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

    /// The rest of a leaked password's hash, and its number of occurrences.
    private struct Entry {
        let suffix: [UInt8]
        let count: Int

        /// Reads a line of the answer, `SUFFIX:COUNT`; `nil` for any other line.
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

        var description: String { "the answer, with status \(status), is not a list of hashes" }
    }

    private static func hexadecimal(_ digest: [UInt8]) -> String {
        digest.map { octet in
            (octet < 0x10 ? "0" : "") + String(octet, radix: 16, uppercase: true)
        }.joined()
    }

    /// Requests padding with entries of count 0, so the length of the answer does not reveal the prefix.
    private static let headers: HTTPFields = ["Add-Padding": "true"]
}

extension SettingKind where Value == String {
    /// The URL of a service, to which a path is appended.
    static let rangeURL = SettingKind(
        expectation: "an https URL that ends with a slash, or an http one of 127.0.0.1", standIn: ""
    ) { text in
        let isAcceptable = text.hasPrefix("https://") || text.hasPrefix("http://127.0.0.1:")
        let isPlain = text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains("?") && !text.contains("#")
        return isAcceptable && isPlain && text.hasSuffix("/") && text.utf8.count <= 2048 ? text : nil
    }
}

extension OutboundPurpose {
    /// Asks for leaked passwords.
    static let breaches = OutboundPurpose("breaches")
}
