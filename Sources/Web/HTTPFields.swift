import Glibc

/// Header fields in their order, kept in one buffer in their wire format. A field is searched only when it is needed;
/// most fields of a request never are.
public struct HTTPFields: Sendable, Equatable {
    /// The lines, each `Name: value` and CRLF. Values contain no control character except the tab, so none can begin a
    /// new line.
    package private(set) var bytes: [UInt8] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list of fields.
    public init(_ fields: [HTTPField]) {
        for field in fields { append(field) }
    }

    /// The value of a field; several values are joined to one (RFC 9110, section 5.3). `nil` if there is none.
    ///
    /// Setting it replaces all fields of that name by one, or by none.
    public subscript(name: HTTPFieldName) -> String? {
        get {
            guard let first = find(name, from: 0) else { return nil }
            guard find(name, from: first.end) != nil else { return text(first.value) }
            return self[values: name].joined(separator: name == .cookie ? "; " : ", ")
        }
        set {
            var rest = 0
            if let newValue {
                if let first = find(name, from: 0) {
                    let line = HTTPFields([HTTPField(name: name, value: newValue)]).bytes
                    bytes.replaceSubrange(first.start..<first.end, with: line)
                    rest = first.start + line.count
                } else {
                    return append(name, newValue)
                }
            }
            while let line = find(name, from: rest) {
                bytes.removeSubrange(line.start..<line.end)
                rest = line.start
            }
        }
    }

    /// The values of all fields with this name.
    public subscript(values name: HTTPFieldName) -> [String] {
        var values: [String] = []
        var rest = 0
        while let line = find(name, from: rest) {
            values.append(text(line.value))
            rest = line.end
        }
        return values
    }

    /// The bytes of the value if there is exactly one field with this name, else `nil`.
    package subscript(single name: HTTPFieldName) -> ArraySlice<UInt8>? {
        guard let line = find(name, from: 0), find(name, from: line.end) == nil else { return nil }
        return bytes[line.value]
    }

    /// Whether there is a field of this name.
    public func contains(_ name: HTTPFieldName) -> Bool {
        find(name, from: 0) != nil
    }

    /// Adds a field after the others.
    public mutating func append(_ field: HTTPField) {
        append(field.name, field.value)
    }

    /// Adds fields after the others.
    public mutating func append(contentsOf fields: HTTPFields) {
        bytes.append(contentsOf: fields.bytes)
    }

    /// Adds a field after the others. Characters that a value must not contain become spaces, and white space around
    /// the value is removed (RFC 9110, section 5.5).
    public mutating func append(_ name: HTTPFieldName, _ value: String) {
        value.withBytes { value in
            guard Self.isValid(value) else { return appendLine(name, Self.legalized(value)) }
            appendLine(name, value)
        }
    }

    /// Adds a field whose value is written piece by piece, from characters that values may contain.
    /// - Parameter length: the maximum number of bytes.
    package mutating func append(
        _ name: HTTPFieldName, length: Int, writing write: (inout ByteWriter) -> Void
    ) {
        makeRoom()
        bytes.append(length: name.text.utf8.count + length + 4) { line in
            line.append(text: name.text)
            line.append(": ")
            write(&line)
            line.append("\r\n")
        }
    }

    /// Adds a field whose value is a number.
    package mutating func append(_ name: HTTPFieldName, _ number: Int) {
        append(name, length: 20) { $0.append(decimal: number) }
    }

    /// Adds the status line of an answer (RFC 3875, section 6.3.3).
    package mutating func append(status: HTTPStatus) {
        append(.status, length: 64) { line in
            line.append(decimal: status.code)
            line.append(UInt8(ascii: " "))
            line.append(text: status.reasonPhrase)
        }
    }

    /// Adds a request field in the form of the Common Gateway Interface (RFC 3875, section 4.1.18): in capital letters,
    /// with `_` for `-`. The name is stored in lower case. White space around the value does not belong to it (RFC
    /// 9110, section 5.5); nginx removes spaces, but not tabs.
    /// - Returns: `false` if the name is not a token or the value has a control character.
    package mutating func append(cgiName name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        let value = Self.trimmed(value)
        guard !name.isEmpty, name.allBytes(satisfy: \.isTokenByte), value.allBytes(satisfy: \.isFieldByte) else {
            return false
        }
        makeRoom()
        bytes.append(length: name.count + value.count + 4) { line in
            for byte in name { line.append(byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte.asciiLowercased) }
            line.append(": ")
            line.append(value)
            line.append("\r\n")
        }
        return true
    }

    /// Removes all fields, and keeps the buffer.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func appendLine(_ name: HTTPFieldName, _ value: UnsafeRawBufferPointer) {
        append(name, length: value.count) { $0.append(value) }
    }

    private mutating func appendLine(_ name: HTTPFieldName, _ value: [UInt8]) {
        value.withUnsafeBytes { appendLine(name, $0) }
    }

    /// Makes room for all fields of a usual request or answer at once.
    private mutating func makeRoom() {
        if bytes.isEmpty { bytes.reserveCapacity(1000) }
    }

    private static func legalized(_ value: UnsafeRawBufferPointer) -> [UInt8] {
        let rest = value.map { $0.isFieldByte ? $0 : UInt8(ascii: " ") }.drop(while: \.isOptionalWhitespace)
        let end = rest.lastIndex { !$0.isOptionalWhitespace }.map { $0 + 1 } ?? rest.startIndex
        return Array(rest[..<end])
    }

    /// A value without the white space around it.
    private static func trimmed(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let first = value.first, let last = value.last, first.isOptionalWhitespace || last.isOptionalWhitespace
        else { return value }
        let start = value.firstIndex { !$0.isOptionalWhitespace } ?? value.endIndex
        let end = value.lastIndex { !$0.isOptionalWhitespace }.map { $0 + 1 } ?? start
        return UnsafeRawBufferPointer(rebasing: value[start..<end])
    }

    private static func isValid(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = value.first, let last = value.last else { return true }
        return !first.isOptionalWhitespace && !last.isOptionalWhitespace && value.allBytes(satisfy: \.isFieldByte)
    }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    /// Makes a list of these fields.
    public init(dictionaryLiteral fields: (HTTPFieldName, String)...) {
        for (name, value) in fields { append(name, value) }
    }
}

extension HTTPFields: Sequence {
    /// The positions of the parts of a line.
    struct Line {
        let start: Int
        let name: Range<Int>
        let value: Range<Int>
        /// Past the end of the line.
        let end: Int
    }

    /// The line that begins at a position; `nil` at the end.
    func line(at start: Int) -> Line? {
        bytes.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let colon = memchr(base + start, Int32(UInt8(ascii: ":")), bytes.count - start),
                let end = memchr(colon, Int32(UInt8(ascii: "\n")), bytes.count - (UnsafeRawPointer(colon) - base))
            else { return nil }
            let (name, past) = (UnsafeRawPointer(colon) - base, UnsafeRawPointer(end) - base + 1)
            return Line(start: start, name: start..<name, value: name + 2..<past - 2, end: past)
        }
    }

    /// Whether a line has a name.
    func has(_ name: HTTPFieldName, _ line: Line) -> Bool {
        guard name.text.utf8.count == line.name.count else { return false }
        return name.text.withBytes { name in
            bytes.withUnsafeBytes {
                name.hasSameBytes(asIgnoringASCIICase: UnsafeRawBufferPointer(rebasing: $0[line.name]))
            }
        }
    }

    /// The first line with a name, from a position on.
    private func find(_ name: HTTPFieldName, from start: Int) -> Line? {
        var next = line(at: start)
        while let line = next {
            if has(name, line) { return line }
            next = self.line(at: line.end)
        }
        return nil
    }

    private func text(_ place: Range<Int>) -> String {
        String(decoding: bytes[place], as: UTF8.self)
    }

    /// One field after the other.
    public struct Iterator: IteratorProtocol {
        fileprivate let fields: HTTPFields
        fileprivate var rest = 0

        /// The next field.
        public mutating func next() -> HTTPField? {
            guard let line = fields.line(at: rest) else { return nil }
            rest = line.end
            return HTTPField(name: HTTPFieldName(unchecked: fields.text(line.name)), value: fields.text(line.value))
        }
    }

    /// Starts with the first field.
    public func makeIterator() -> Iterator { Iterator(fields: self) }
}

/// One header field.
public struct HTTPField: Sendable, Equatable {
    /// Its name.
    public let name: HTTPFieldName
    /// Its value.
    public let value: String

    /// Makes a field.
    public init(name: HTTPFieldName, value: String) {
        self.name = name
        self.value = value
    }
}

extension UInt8 {
    /// A space or a tab (RFC 9110, section 5.6.3: OWS).
    var isOptionalWhitespace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// Whether the value of a field may contain this byte (RFC 9110, section 5.5).
    var isFieldByte: Bool { self >= 0x20 && self != 0x7f || self == UInt8(ascii: "\t") }
}
