public import FoundationEssentials

/// JSON text (RFC 8259) while it is written: once, in order, into one buffer.
///
/// The text is one value with its content. Characters other than quotes, backslashes and controls are written as they
/// are, in UTF-8.
public struct Output: ~Copyable {
    private var writer: ByteWriter
    /// Whether the next value follows another one in the same array or object.
    var needsComma = false
    /// Present while an object is described for the document.
    private var described: Description?

    @usableFromInline var isDescribed: Bool { described != nil }

    private struct Description {
        var components: Components
        var properties: [JSON.Member] = []
    }

    /// Starts a text.
    package init() {
        self.init(ByteWriter())
    }

    /// Starts a text in the memory of a writer.
    init(_ writer: consuming ByteWriter) {
        self.writer = writer
    }

    /// The text so far.
    package var text: [UInt8] { writer.withBytes { Array($0) } }

    /// The number of bytes that the text can have before it needs more memory.
    var capacity: Int { writer.capacity }

    /// Ends the text.
    consuming func end() -> ByteWriter { writer }
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
    ///   - format: the JSON Schema `format` of a string, such as `email`.
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
        writer.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { writer.append(UnsafeRawBufferPointer($0)) }
        writer.append("\":")
        needsComma = false
    }

    /// Writes the name of a member whose value comes next.
    public mutating func name(_ name: String) {
        value(name)
        writer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Ends a line after a value that is a separate text.
    package mutating func endLine() {
        writer.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        writer.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        writer.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { writer.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes text that is not a value, such as a comma and an indentation.
    mutating func raw(_ text: String) {
        writer.append(text: text)
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
        writer.append(decimal: number)
    }

    /// Writes a non-negative number of thousandths with the fewest digits: 1500 as `1.5`.
    package mutating func value(thousandths number: Int) {
        separate()
        let (whole, rest) = number.magnitude.quotientAndRemainder(dividingBy: 1000)
        writer.append(decimal: Int(whole))
        writer.append(UInt8(ascii: "."))
        writer.append(digit: rest / 100)
        if rest % 100 > 0 { writer.append(digit: rest / 10 % 10) }
        if rest % 10 > 0 { writer.append(digit: rest % 10) }
    }

    /// Writes a number with the fewest digits that identify it; `null` for infinity and NaN.
    public mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        separate()
        writer.append(text: number.description)
    }

    /// Writes a string.
    public mutating func value(_ string: String) {
        separate()
        writer.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { escape(UnsafeRawBufferPointer($0)) }
        writer.append(UInt8(ascii: "\""))
    }

    /// Writes a UUID as a string, in lower case.
    public mutating func value(_ id: UUID) {
        separate()
        writer.append(UInt8(ascii: "\""))
        writer.append(id: id)
        writer.append(UInt8(ascii: "\""))
    }

    /// Writes a time as a string, in the form of `Date.rfc3339`.
    public mutating func value(_ time: Date) {
        separate()
        writer.append(UInt8(ascii: "\""))
        writer.append(rfc3339: time)
        writer.append(UInt8(ascii: "\""))
    }

    private mutating func word(_ word: StaticString) {
        separate()
        writer.append(word)
    }

    /// Appends the content of a string between its quotes.
    private mutating func escape(_ bytes: UnsafeRawBufferPointer) {
        if bytes.allBytes(satisfy: \.standsForItselfInJSON) { return writer.append(bytes) }
        for byte in bytes {
            if byte.standsForItselfInJSON { writer.append(byte) } else { escape(byte) }
        }
    }

    private mutating func escape(_ byte: UInt8) {
        writer.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: writer.append(UInt8(ascii: "b"))
        case 0x09: writer.append(UInt8(ascii: "t"))
        case 0x0A: writer.append(UInt8(ascii: "n"))
        case 0x0C: writer.append(UInt8(ascii: "f"))
        case 0x0D: writer.append(UInt8(ascii: "r"))
        case 0x20...: writer.append(byte)
        default:
            writer.append("u00")
            writer.append(UInt8(ascii: "0") + byte >> 4)
            writer.append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "A") + byte & 15 - 10)
        }
    }
}

extension UInt8 {
    /// Whether a string contains this byte unescaped (RFC 8259, section 7).
    fileprivate var standsForItselfInJSON: Bool { self >= 0x20 && self != 0x22 && self != 0x5C }
}

// MARK: - Describing

extension Output {
    /// The schema of an object whose members the closure writes, with these as the example.
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

    /// Writes the value of a member, and records its schema for the document.
    @usableFromInline
    mutating func describe<Value: ResponseValue>(
        _ name: StaticString, _ value: Value, _ format: String?, _ description: String?
    ) {
        guard var described else { return }
        // The value's own schema describes its content.
        self.described = nil
        value.render(to: &self)
        var schema = Value.schema(in: &described.components)
        if let format { schema = schema.adding("format", .string(format)) }
        if let description { schema = schema.adding("description", .string(description)) }
        described.properties.append(JSON.Member(name.description, schema))
        self.described = described
    }
}
