import Cryptography

/// Keeps requests from servers that do not answer: after some failures in a row, requests to a server fail at once for
/// a while, and then a single one tries it again. The processes of a machine share what they know.
///
/// A circuit is one word of a shared table: the time of the last failure, or until which the circuit is open, and the
/// number of failures in a row. Users choose the servers of some purposes, so its key is an HMAC: nobody can search for
/// a server whose circuit is also that of another one.
struct CircuitBreaker: Sendable {
    private let slots: SharedSlots
    private let key: HMACKey<SHA256>

    /// The number of failures in a row that opens a circuit.
    static let threshold: UInt64 = 5
    /// The time for which a circuit is open after the last of them, in milliseconds; it doubles with each further one.
    static let shortestPause: UInt64 = 5000
    static let longestPause: UInt64 = 300_000
    /// The time after which failures are forgotten that opened no circuit, in milliseconds.
    private static let memory: UInt64 = 60_000

    /// The time until which a circuit can be open at most. A later one is from before a restart of the machine, if the
    /// file outlived it.
    private static let longestAhead = longestPause + longestPause / 5

    private static let countBits: UInt64 = 4
    /// The time has 38 bits, for nearly nine years; the tag has 22.
    private static let valueBits: UInt64 = 42
    private static let mark: UInt64 = 0x4741_5445_4349_5202

    /// Maps the file; creates it if it is missing or has another layout.
    /// - Parameter path: `nil` if the process keeps its own circuits.
    init(path: String?, masterKeys: MasterKeys) throws(SharedFile.Failure) {
        key = masterKeys.newestKey(for: "circuits").key
        slots = try SharedSlots(
            setting: "GATEHOUSE_CIRCUITS_FILE", path: path, lines: 1 << 10, valueBits: Self.valueBits, mark: Self.mark)
    }

    /// The key of a circuit.
    /// - Parameters:
    ///   - purpose: circuits of other purposes do not matter, since what one purpose counts as a failure may be none
    ///     for another.
    ///   - server: scheme, host and port.
    func key(_ purpose: OutboundPurpose, _ server: String) -> [UInt8] {
        var code = key.code(for: "\(purpose.name) \(server)".utf8).bytes
        // The last bit of the line. So servers that users choose share no line with the others, whatever they collide
        // with, and cannot displace them.
        code[7] = code[7] & ~1 | (purpose.countsAnswers ? 1 : 0)
        return code
    }

    /// Whether a request may be sent. If a circuit has been open for long enough, one request may: until it ends, or
    /// its time is over, the others may not.
    /// - Parameters:
    ///   - timeout: the time limit of the request.
    ///   - now: milliseconds since the machine started.
    func admits(_ key: [UInt8], timeout: Duration, at now: UInt64 = milliseconds()) -> Bool {
        slots.change(of: key) { value in
            let (time, failures) = Self.parts(value, at: now)
            guard failures >= Self.threshold else { return (nil, true) }
            guard now >= time else { return (nil, false) }
            let end = now + min(timeout.nanoseconds / 1_000_000 + 1, Self.longestAhead)
            return (Self.value(end, failures), true)
        }
    }

    /// The time until a request may be sent; zero if one may be sent now.
    func pause(of key: [UInt8], at now: UInt64 = milliseconds()) -> Duration {
        slots.change(of: key) { value in
            let (time, failures) = Self.parts(value, at: now)
            return (nil, failures < Self.threshold || now >= time ? .zero : .milliseconds(time - now))
        }
    }

    /// Notes that a server answered.
    func succeeded(_ key: [UInt8]) {
        slots.change(of: key) { value in (value == 0 ? nil : 0, ()) }
    }

    /// Notes that a server did not answer.
    /// - Returns: whether this opened the circuit, which was closed before.
    @discardableResult func failed(_ key: [UInt8], at now: UInt64 = milliseconds()) -> Bool {
        slots.change(of: key) { value in
            let (time, before) = Self.parts(value, at: now)
            let isForgotten = before < Self.threshold && time + Self.memory < now
            let failures = isForgotten ? 1 : min(before + 1, 1 << Self.countBits - 1)
            guard failures >= Self.threshold else { return (Self.value(now, failures), false) }
            let pause = min(Self.shortestPause << (failures - Self.threshold), Self.longestPause)
            // Jitter, so that the processes of many machines do not try a server in the same moment.
            return (
                Self.value(now + pause + .random(in: 0...(pause / 5)), failures), failures == Self.threshold
            )
        }
    }

    /// Milliseconds since the machine started.
    static func milliseconds() -> UInt64 { microsecondsSinceBoot() / 1000 }

    private static func value(_ time: UInt64, _ failures: UInt64) -> UInt64 { time << countBits | failures }

    private static func parts(_ value: UInt64, at now: UInt64) -> (time: UInt64, failures: UInt64) {
        let time = value >> countBits
        return time > now + longestAhead ? (0, 0) : (time, value & (1 << countBits - 1))
    }
}
