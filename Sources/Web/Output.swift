public import FoundationEssentials
import Identifiers

/// JSON text (RFC 8259) while it is written: once, in order, into one buffer.
///
/// What is written is one value, with all that is in it. Characters other than quotes, backslashes and controls stand
/// as they are, in UTF-8.
public struct Output {
    /// The text so far.
    public internal(set) var text: [UInt8]
    /// Whether a value stands before the next one in the same array or object.
    var needsComma = false
    /// Present while an object is described for the document.
    private var described: Description?

    @usableFromInline var isDescribed: Bool { described != nil }

    private struct Description {
        var components: Components
        var properties: [JSON.Member] = []
    }

    /// Starts a text in an empty buffer, whose memory it uses.
    public init(into buffer: consuming [UInt8] = []) {
        text = buffer
    }
}

// MARK: - Objects and arrays

extension Output {
    /// Writes an object; the closure writes its members.
    public mutating func object(_ members: (inout Output) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array; the closure writes its elements.
    public mutating func array(_ elements: (inout Output) -> Void) {
        open(UInt8(ascii: "["))
        elements(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes a member.
    /// - Parameters:
    ///   - name: stands between its quotes as it is.
    ///   - format: what the document says of a string (JSON Schema, `format`), such as `email`.
    ///   - description: a sentence for the document.
    @inlinable
    public mutating func field<Value: ResponseValue>(
        _ name: StaticString, _ value: Value, format: String? = nil, description: String? = nil
    ) {
        self.name(name)
        guard !isDescribed else { return describe(name, value, format, description) }
        value.render(to: &self)
    }

    /// Writes the name of a member whose value comes next.
    /// - Parameter name: stands between its quotes as it is.
    public mutating func name(_ name: StaticString) {
        write(length: name.utf8CodeUnitCount + 3) { text in
            text.append("\"")
            text.append(name)
            text.append("\":")
        }
        needsComma = false
    }

    /// Writes the name of a member whose value comes next.
    public mutating func name(_ name: String) {
        value(name)
        text.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Ends a line after a value that is a text of its own.
    public mutating func endLine() {
        text.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        write(length: 1) { $0.append(bracket) }
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        text.append(bracket)
        needsComma = true
    }

    /// Writes a value, or the name of one, with a comma before it where one is due.
    /// - Parameter length: how many bytes it has at most.
    private mutating func write(length: Int, _ value: (inout OutputSpan<UInt8>) -> Void) {
        text.append(addingCapacity: length + 1) { text in
            if needsComma { text.append(UInt8(ascii: ",")) }
            value(&text)
        }
        needsComma = true
    }
}

// MARK: - Values

extension Output {
    /// Writes `null`.
    public mutating func null() {
        word("null")
    }

    /// Writes `true` or `false`.
    public mutating func value(_ value: Bool) {
        word(value ? "true" : "false")
    }

    /// Writes a number.
    public mutating func value(_ number: Int) {
        write(length: 20) { $0.append(decimal: number) }
    }

    /// Writes a number in the fewest digits that tell it from every other; `null` for what is none.
    public mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        let digits = number.description
        write(length: digits.utf8.count) { $0.append(digits) }
    }

    /// Writes a string.
    public mutating func value(_ string: String) {
        string.withBytes { bytes in
            if bytes.allBytes(satisfy: \.standsForItselfInJSON) {
                return write(length: bytes.count + 2) { text in
                    text.append("\"")
                    text.append(bytes)
                    text.append("\"")
                }
            }
            write(length: 1) { $0.append("\"") }
            escape(bytes)
            text.append(UInt8(ascii: "\""))
        }
    }

    /// Writes a UUID as a string, in lower case.
    public mutating func value(_ id: UUID) {
        write(length: UUIDText.length + 2) { text in
            text.append("\"")
            text.append(id: id)
            text.append("\"")
        }
    }

    /// Writes a time as a string, as `Date.rfc3339` says.
    public mutating func value(_ time: Date) {
        write(length: OutputSpan<UInt8>.timeLength + 2) { text in
            text.append("\"")
            text.append(rfc3339: time)
            text.append("\"")
        }
    }

    private mutating func word(_ word: StaticString) {
        write(length: word.utf8CodeUnitCount) { $0.append(word) }
    }

    /// Appends what stands between the quotes of a string, in as few pieces as it has escapes.
    private mutating func escape(_ bytes: UnsafeRawBufferPointer) {
        var start = 0
        for (place, byte) in bytes.enumerated() where !byte.standsForItselfInJSON {
            text.append(contentsOf: bytes[start..<place])
            escape(byte)
            start = place + 1
        }
        text.append(contentsOf: bytes[start...])
    }

    private mutating func escape(_ byte: UInt8) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: text.append(UInt8(ascii: "b"))
        case 0x09: text.append(UInt8(ascii: "t"))
        case 0x0A: text.append(UInt8(ascii: "n"))
        case 0x0C: text.append(UInt8(ascii: "f"))
        case 0x0D: text.append(UInt8(ascii: "r"))
        case 0x20...: text.append(byte)
        default:
            text.append(contentsOf: "u00".utf8)
            text.append(UInt8(ascii: "0") + byte >> 4)
            text.append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "A") + byte & 15 - 10)
        }
    }
}

extension UInt8 {
    /// Whether a string holds this byte as it is (RFC 8259, section 7).
    fileprivate var standsForItselfInJSON: Bool { self >= 0x20 && self != 0x22 && self != 0x5C }
}

// MARK: - Describing

extension Output {
    /// The schema of an object whose members the closure writes, with them as the example.
    static func schema(in components: inout Components, of members: (inout Output) -> Void) -> JSON {
        var output = Output()
        output.described = Description(components: components)
        output.object(members)
        let properties = output.described?.properties ?? []
        if let added = output.described?.components { components = added }
        return [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
            "required": .array(properties.map { .string($0.name) }), "example": JSON(written: output.text),
        ]
    }

    /// Writes the value of a member, and notes what the document says of it.
    @usableFromInline
    mutating func describe<Value: ResponseValue>(
        _ name: StaticString, _ value: Value, _ format: String?, _ description: String?
    ) {
        guard var described else { return }
        // What is inside of the value is described by its own schema.
        self.described = nil
        value.render(to: &self)
        var schema = Value.schema(in: &described.components)
        if let format { schema = schema.adding("format", .string(format)) }
        if let description { schema = schema.adding("description", .string(description)) }
        described.properties.append(JSON.Member(name.description, schema))
        self.described = described
    }
}
