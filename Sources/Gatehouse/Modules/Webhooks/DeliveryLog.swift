import Database
import FoundationEssentials
import Web

/// An attempt at a delivery. Nothing of the receiver's answer is kept but its status.
struct DeliveryAttempt: ResponseObject {
    /// Why there was no answer.
    enum Failure: String, CaseIterable, ResponseValue {
        /// The address policy forbids the address of the host. Only webhooks of the installation have this.
        case addressRefused = "address_refused"
        /// No connection, no trusted certificate, or a connection that broke. Of an organization's webhook, also an
        /// address that is forbidden.
        case connection
        case timeout
        /// The URL cannot be requested.
        case url
        /// The message could not be signed: the webhook's secret was encrypted under a master key that is gone.
        case message
        static let example = Failure.timeout
    }

    let at: Date
    let duration: Duration
    let statusCode: Int?
    let failure: Failure?

    func write(to output: inout Output) {
        output.field("at", at)
        output.field("durationMilliseconds", Int(duration / .milliseconds(1)))
        output.field("statusCode", statusCode, description: "The status of the answer; `null` if there was none.")
        output.field("failure", failure, description: "Why there was no answer.")
    }

    static let example = DeliveryAttempt(at: .example, duration: .milliseconds(87), statusCode: 204, failure: nil)
}

/// The last attempts of a delivery, as a column holds them.
struct DeliveryLog: ColumnDecodable, SQLValue, ResponseValue {
    private let attempts: [JSON]

    /// The maximum number of attempts that are kept.
    static let longest = 20

    /// The log with one more attempt.
    func adding(_ attempt: DeliveryAttempt) -> DeliveryLog {
        DeliveryLog(attempts: attempts.suffix(Self.longest - 1) + [attempt.json])
    }

    var sqlValue: SQLBinding { .text(String(decoding: JSON.array(attempts).text(), as: UTF8.self)) }

    static func decoded(from column: ColumnValue) -> DeliveryLog? {
        guard case .text(let text) = column, case .array(let attempts)? = try? JSON(parsing: Array(text)) else {
            return nil
        }
        return DeliveryLog(attempts: attempts)
    }

    static let example = DeliveryLog(attempts: [DeliveryAttempt.example.json])

    static func schema(in components: inout Components) -> JSON { [DeliveryAttempt].schema(in: &components) }

    func render(to output: inout Output) { attempts.render(to: &output) }
}
