public import FoundationEssentials
import Primitives

/// A strong entity tag (RFC 9110, section 8.8.3) made from a resource's version.
public struct EntityTag: Sendable, Equatable {
    /// The tag with its quotes, as in a header field.
    public let text: String

    /// The tag of a resource's version. It includes the id because one URL, such as `/users/me`, can lead to several
    /// resources.
    public init(of id: UUID, version: Int) {
        var bytes: [UInt8] = []
        bytes.append(length: UUIDText.length + 23) { tag in
            tag.append(UInt8(ascii: "\""))
            tag.append(id: id)
            tag.append(UInt8(ascii: "-"))
            tag.append(decimal: version)
            tag.append(UInt8(ascii: "\""))
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// A tag with this opaque part, which must not contain a quote.
    public init(opaque: String) {
        text = "\"\(opaque)\""
    }

    fileprivate init(quoted text: String) {
        self.text = text
    }

    /// Whether `If-None-Match` names this tag, by weak comparison (RFC 9110, section 13.1.2).
    package func isNamed(byIfNoneMatch field: String?) -> Bool {
        Self.list(field).contains { entry in
            ["*", text, "W/" + text].contains { entry.hasSameBytes(as: $0) }
        }
    }

    /// Refuses a change whose `If-Match` does not name this version (RFC 9110, section 13.1.1, strong comparison).
    /// Without the field, every version is accepted.
    /// - Throws: `APIError` with `PRECONDITION_FAILED`.
    public func requireMatch(ifMatch field: String?) throws(APIError) {
        guard field != nil else { return }
        let isPresent = Self.list(field).contains { $0.hasSameBytes(as: "*") || $0.hasSameBytes(as: text) }
        guard isPresent else { throw APIError(.preconditionFailed) }
    }

    private static func list(_ field: String?) -> [Substring] {
        (field ?? "").split(atByte: UInt8(ascii: ",")).map(\.withoutOptionalWhitespace)
    }
}

extension Response {
    /// The answer to a conditional read: 304 without a body if the caller has this version already.
    @usableFromInline
    package func conditional(on request: Request) -> Response {
        guard status == .ok, request.method == .get || request.method == .head,
            let known = request.headers[.ifNoneMatch], let tag = headers[.eTag],
            EntityTag(quoted: tag).isNamed(byIfNoneMatch: known)
        else { return self }
        var headers = headers
        headers[.contentType] = nil
        return Response(status: .notModified, headers: headers)
    }
}
