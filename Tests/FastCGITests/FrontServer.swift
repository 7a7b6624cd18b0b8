import Glibc

/// The front server's side of FastCGI 1.0, over a Unix socket, in blocking calls.
///
/// A read waits at most 30 s, so that a fault in the server is a failed test and not a hang.
final class FrontServer: Sendable {
    struct Answer: Equatable {
        /// Everything the responder wrote: CGI header and body.
        var output = ""
        /// Whether FCGI_END_REQUEST arrived, so that the answer is complete.
        var isComplete = false

        var status: String { output.split(separator: "\r\n").first.map(String.init) ?? "" }
        var body: String {
            guard let end = output.firstRange(of: "\r\n\r\n") else { return "" }
            return String(output[end.upperBound...])
        }
    }

    enum RecordType: UInt8 {
        case begin = 1, end = 3, parameters = 4, input = 5, output = 6
    }

    private let descriptor: Int32

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw Failure(text: "connect: \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    struct Failure: Error {
        let text: String
    }

    /// Sends a whole request and reads its answer.
    func exchange(_ parameters: [(String, String)], body: String = "", keep: Bool = false) -> Answer {
        send(Self.request(parameters, body: body, keep: keep))
        return readAnswer()
    }

    /// The bytes of a whole request, its records `recordSize` bytes long.
    static func request(
        _ parameters: [(String, String)], body: String = "", keep: Bool = false, recordSize: Int = 32_000
    ) -> [UInt8] {
        begin(keep: keep) + stream(.parameters, encoded(parameters), recordSize)
            + stream(.input, Array(body.utf8), recordSize)
    }

    static func begin(keep: Bool) -> [UInt8] {
        record(.begin, [0, 1, keep ? 1 : 0, 0, 0, 0, 0, 0])
    }

    static func encoded(_ parameters: [(String, String)]) -> [UInt8] {
        func length(_ text: String) -> [UInt8] {
            let count = text.utf8.count
            if count < 128 { return [UInt8(count)] }
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) | ($0 == 24 ? 0x80 : 0) }
        }
        return parameters.flatMap { length($0.0) + length($0.1) + Array($0.0.utf8) + Array($0.1.utf8) }
    }

    /// A stream's records and the empty one that ends it.
    static func stream(_ type: RecordType, _ bytes: [UInt8], _ recordSize: Int) -> [UInt8] {
        let starts = stride(from: 0, to: bytes.count, by: recordSize)
        return starts.flatMap { record(type, bytes[$0..<min($0 + recordSize, bytes.count)]) }
            + record(type, [])
    }

    static func record(_ type: RecordType, _ content: some Collection<UInt8>) -> [UInt8] {
        [1, type.rawValue, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 0xFF), 0, 0]
            + Array(content)
    }

    /// Sends as much as the other side accepts.
    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Announces that nothing more will be sent.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads up to FCGI_END_REQUEST or the end of the connection.
    func readAnswer() -> Answer {
        var answer = Answer()
        var output: [UInt8] = []
        while let header = read(8), let content = read(Int(header[4]) << 8 | Int(header[5])),
            read(Int(header[6])) != nil
        {
            if header[1] == RecordType.output.rawValue { output += content }
            if header[1] == RecordType.end.rawValue {
                answer.isComplete = true
                break
            }
        }
        answer.output = String(decoding: output, as: UTF8.self)
        return answer
    }

    /// Waits for the other side to close; `false` when it sends something instead, or nothing for 30 s.
    func readsEnd() -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = bytes.withUnsafeMutableBytes {
            count == 0 ? 0 : recv(descriptor, $0.baseAddress, count, Int32(MSG_WAITALL))
        }
        return received == count ? bytes : nil
    }
}
