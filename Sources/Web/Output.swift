public import FoundationEssentials

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
        separate()
        text.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { text.append(contentsOf: $0) }
        text.append(UInt8(ascii: "\""))
        text.append(UInt8(ascii: ":"))
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
        separate()
        text.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        text.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { text.append(UInt8(ascii: ",")) }
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
        separate()
        text.append(decimal: number)
    }

    /// Writes a number in the fewest digits that tell it from every other; `null` for what is none.
    public mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        separate()
        text.append(contentsOf: number.description.utf8)
    }

    /// Writes a string.
    public mutating func value(_ string: String) {
        separate()
        text.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { escape($0) }
        text.append(UInt8(ascii: "\""))
    }

    /// Writes a UUID as a string, in lower case.
    public mutating func value(_ id: UUID) {
        separate()
        text.append(UInt8(ascii: "\""))
        text.append(id: id)
        text.append(UInt8(ascii: "\""))
    }

    /// Writes a time as a string, as `Date.rfc3339` says.
    public mutating func value(_ time: Date) {
        separate()
        text.append(UInt8(ascii: "\""))
        text.append(rfc3339: time)
        text.append(UInt8(ascii: "\""))
    }

    private mutating func word(_ word: StaticString) {
        separate()
        word.withUTF8Buffer { text.append(contentsOf: $0) }
    }

    /// Appends what stands between the quotes of a string, in as few pieces as it has escapes.
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (place, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
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
