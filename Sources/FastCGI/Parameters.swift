import Glibc
import Web

/// The parameters of a request from the front server (RFC 3875, section 4.1).
struct Parameters {
    /// The request, still without its body.
    let request: Request

    /// The length of the body that the front server announced.
    let contentLength: Int

    /// A request that cannot be handed on.
    struct Refusal: Error {
        let status: HTTPStatus
    }

    /// Reads libfcgi's list of `NAME=value` strings, which ends with a null pointer.
    init(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, maximumBytes: Int) throws(Refusal) {
        var reader = Reader()
        try Self.bound(list, maximumBytes)
        var next = list
        while let current = next, let entry = current.pointee {
            try reader.read(entry)
            next = current + 1
        }
        guard let method = reader.method, !reader.target.isEmpty, !reader.remoteAddress.isEmpty else {
            throw .malformed
        }
        request = Request(
            method: method, target: reader.target, headers: reader.headers, remoteAddress: reader.remoteAddress)
        contentLength = reader.contentLength
    }

    /// Refuses too many bytes, before any of them is parsed.
    private static func bound(
        _ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ maximumBytes: Int
    ) throws(Refusal) {
        var total = 0
        var next = list
        while let current = next, let entry = current.pointee {
            total += strlen(entry)
            guard total <= maximumBytes else { throw Refusal(status: .requestHeaderFieldsTooLarge) }
            next = current + 1
        }
    }
}

extension Parameters.Refusal {
    static var malformed: Self { Self(status: .badRequest) }
}

/// Reads one parameter after the other. Header fields are checked and stored as bytes; most of them are never used.
private struct Reader {
    var method: HTTPMethod?
    var target = ""
    var remoteAddress = ""
    var headers = HTTPFields()
    var contentLength = 0
    private var hasContentType = false

    mutating func read(_ entry: UnsafePointer<CChar>) throws(Parameters.Refusal) {
        guard let mark = strchr(entry, Int32(UInt8(ascii: "="))) else { throw .malformed }
        let name = UnsafeRawBufferPointer(start: entry, count: UnsafePointer(mark) - entry)
        let value = UnsafeRawBufferPointer(start: mark + 1, count: strlen(mark + 1))
        // Only ASCII, so no other letter is mistaken for one of these.
        guard name.allBytes(satisfy: { $0 < 0x80 }) else { throw .malformed }
        if name.begins(with: "HTTP_") {
            try readField(UnsafeRawBufferPointer(rebasing: name[5...]), value)
        } else if name.equals("REQUEST_METHOD") {
            method = HTTPMethod(String(decoding: value, as: UTF8.self))
        } else if name.equals("REQUEST_URI") {
            target = try Self.target(value)
        } else if name.equals("REMOTE_ADDR") {
            remoteAddress = String(decoding: value, as: UTF8.self)
        } else if name.equals("CONTENT_LENGTH") {
            contentLength = try Self.length(value)
        } else if name.equals("CONTENT_TYPE"), !value.isEmpty {
            try append(name, value)
        }
    }

    private mutating func readField(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) throws(Parameters.Refusal) {
        if name.equals("CONTENT_TYPE") {
            // The first repeats CONTENT_TYPE, which never contains a second value.
            if hasContentType { try append(name, value) }
            hasContentType = true
        } else if name.equals("CONTENT_LENGTH") || name.equals("PROXY") {
            // The first repeats CONTENT_LENGTH; the second is "httpoxy" (CVE-2016-5385).
        } else {
            try append(name, value)
        }
    }

    private mutating func append(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) throws(Parameters.Refusal) {
        guard headers.append(cgiName: name, value: value) else { throw .malformed }
    }

    /// Path and query contain only visible ASCII (RFC 3986, section 2), but nginx also passes other bytes on.
    private static func target(_ value: UnsafeRawBufferPointer) throws(Parameters.Refusal) -> String {
        guard value.first == UInt8(ascii: "/"), value.allBytes(satisfy: \.isVisibleASCII) else { throw .malformed }
        return String(decoding: value, as: UTF8.self)
    }

    /// Empty without a body (nginx); digits alone otherwise (RFC 9110, section 8.6).
    private static func length(_ value: UnsafeRawBufferPointer) throws(Parameters.Refusal) -> Int {
        if value.isEmpty { return 0 }
        guard value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { throw .malformed }
        // A number with more digits than fit into an Int exceeds every limit.
        return Int(String(decoding: value, as: UTF8.self)) ?? Int.max
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func begins(with text: StaticString) -> Bool {
        guard let baseAddress, count >= text.utf8CodeUnitCount else { return false }
        return memcmp(baseAddress, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    fileprivate func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && begins(with: text)
    }
}
