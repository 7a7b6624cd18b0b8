public import FoundationEssentials
import Primitives

/// A strong entity tag (RFC 9110, section 8.8.3) made from a resource's version.
public struct EntityTag: Sendable, Equatable {
    /// The tag with its quotes, as it stands in a header.
    public let text: String

    /// The tag of a resource's version. The id is in it because one address, such as `/users/me`, can lead to several.
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

    /// The tag whose opaque part is given; it must hold no quote.
    public init(opaque: String) {
        text = "\"\(opaque)\""
    }

    fileprivate init(quoted text: String) {
        self.text = text
    }

    /// Whether `If-None-Match` names this tag, by weak comparison (RFC 9110, section 13.1.2).
    public func isNamed(byIfNoneMatch field: String?) -> Bool {
        Self.list(field).contains { entry in
            ["*", text, "W/" + text].contains { entry.hasSameBytes(as: $0) }
        }
    }

    /// Refuses a change whose `If-Match` names other versions than this (RFC 9110, section 13.1.1, strong comparison).
    /// Without the field every version will do.
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
    /// The answer to a conditional read: 304 without a body where the caller has this version already.
    public func conditional(on request: Request) -> Response {
        guard status == .ok, request.method == .get || request.method == .head,
            let known = request.headers[.ifNoneMatch], let tag = headers[.eTag],
            EntityTag(quoted: tag).isNamed(byIfNoneMatch: known)
        else { return self }
        var headers = headers
        headers[.contentType] = nil
        return Response(status: .notModified, headers: headers)
    }
}
