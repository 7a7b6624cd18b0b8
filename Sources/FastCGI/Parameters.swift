import Glibc
import HTTPTypes
import Web

/// What the front server states about a request (RFC 3875, section 4.1).
struct Parameters {
    /// The request, still without its body.
    let request: Request

    /// How many bytes of body the front server announced.
    let contentLength: Int

    /// A request that cannot be handed on.
    struct Refusal: Error {
        let status: HTTPResponse.Status
    }

    /// Reads libfcgi's list of `NAME=value` strings, which ends with a null pointer.
    init(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, maximumBytes: Int) throws(Refusal) {
        var entries: [[UInt8]] = []
        var total = 0
        var next = list
        while let current = next, let entry = current.pointee {
            total += strlen(entry)
            guard total <= maximumBytes else { throw Refusal(status: .requestHeaderFieldsTooLarge) }
            entries.append(UnsafeRawBufferPointer(start: entry, count: strlen(entry)).map { $0 })
            next = current + 1
        }
        try self.init(entries)
    }

    private init(_ entries: [[UInt8]]) throws(Refusal) {
        var method: HTTPRequest.Method?
        var target = ""
        var headers = HTTPFields()
        var remoteAddress = ""
        var contentLength = 0
        var contentTypes = 0
        for entry in entries {
            let parts = entry.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw .malformed }
            let value = parts[1]
            // As ASCII, so that no other letter passes for one of these.
            guard parts[0].allSatisfy({ $0 < 0x80 }) else { throw .malformed }
            switch String(decoding: parts[0], as: UTF8.self) {
            case "REQUEST_METHOD": method = HTTPRequest.Method(String(decoding: value, as: UTF8.self))
            case "REQUEST_URI": target = try Self.target(value)
            case "REMOTE_ADDR": remoteAddress = String(decoding: value, as: UTF8.self)
            case "CONTENT_LENGTH": contentLength = try Self.length(value)
            case "CONTENT_TYPE":
                if !value.isEmpty { headers.append(try Self.field("content-type", value)) }
            // The first repeats CONTENT_TYPE, which holds no second one.
            case "HTTP_CONTENT_TYPE":
                contentTypes += 1
                if contentTypes > 1 { headers.append(try Self.field("content-type", value)) }
            // The first repeats CONTENT_LENGTH; the second is "httpoxy" (CVE-2016-5385).
            case "HTTP_CONTENT_LENGTH", "HTTP_PROXY": continue
            case let name where name.hasPrefix("HTTP_"):
                let fieldName = String(name.dropFirst(5).map { $0 == "_" ? "-" : $0 }).lowercased()
                headers.append(try Self.field(fieldName, value))
            default: continue
            }
        }
        guard let method, !target.isEmpty, !remoteAddress.isEmpty else { throw .malformed }
        request = Request(method: method, target: target, headers: headers, remoteAddress: remoteAddress)
        self.contentLength = contentLength
    }

    /// A path and query holds visible ASCII only (RFC 3986, section 2); nginx passes other bytes on.
    private static func target(_ value: ArraySlice<UInt8>) throws(Refusal) -> String {
        guard value.first == UInt8(ascii: "/"), value.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// Empty without a body (nginx); digits alone otherwise (RFC 9110, section 8.6).
    private static func length(_ value: ArraySlice<UInt8>) throws(Refusal) -> Int {
        if value.isEmpty { return 0 }
        guard value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .malformed
        }
        // More digits than an Int holds are a length beyond every limit.
        return Int(String(decoding: value, as: UTF8.self)) ?? Int.max
    }

    private static func field(_ name: String, _ value: ArraySlice<UInt8>) throws(Refusal) -> HTTPField {
        guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { throw .malformed }
        return HTTPField(name: name, value: value)
    }
}

extension Parameters.Refusal {
    static var malformed: Self { Self(status: .badRequest) }
}
