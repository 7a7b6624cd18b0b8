public import FoundationEssentials

extension String: ResponseValue {
    /// An example.
    public static var example: String { "text" }
    /// A string.
    public static func schema(in components: inout Components) -> JSON { ["type": "string"] }
    /// A string.
    public func render(to output: inout Output) { output.value(self) }
}

extension Bool: ResponseValue {
    /// An example.
    public static var example: Bool { true }
    /// A boolean.
    public static func schema(in components: inout Components) -> JSON { ["type": "boolean"] }
    /// A boolean.
    public func render(to output: inout Output) { output.value(self) }
}

extension Int: ResponseValue {
    /// An example.
    public static var example: Int { 1 }
    /// An integer.
    public static func schema(in components: inout Components) -> JSON { ["type": "integer"] }
    /// An integer.
    public func render(to output: inout Output) { output.value(self) }
}

extension UUID: ResponseValue {
    /// An example.
    public static var example: UUID {
        UUID(uuid: (0x01, 0x93, 0x5c, 0x1e, 0x8a, 0x00, 0x7c, 0x3d, 0x9e, 0x4f, 0x2b, 0x6a, 0x71, 0xd0, 0xc5, 0x18))
    }
    /// A string in the 36-character form.
    public static func schema(in components: inout Components) -> JSON { ["type": "string", "format": "uuid"] }
    /// The 36-character form, in lower case (RFC 9562, section 4).
    public func render(to output: inout Output) { output.value(self) }
}

extension Date: ResponseValue {
    /// An example.
    public static var example: Date { Date(timeIntervalSince1970: 1_732_276_800.125) }
    /// A string in the form of RFC 3339.
    public static func schema(in components: inout Components) -> JSON {
        ["type": "string", "format": "date-time"]
    }
    /// A string.
    public func render(to output: inout Output) { output.value(self) }
}

extension Optional: ResponseValue where Wrapped: ResponseValue {
    /// The wrapped type's example.
    public static var example: Wrapped? { Wrapped.example }
    /// The wrapped type, or `null`.
    public static func schema(in components: inout Components) -> JSON {
        Wrapped.schema(in: &components).allowingNull
    }
    /// The wrapped value, or `null`.
    @inlinable
    public func render(to output: inout Output) {
        if let self { self.render(to: &output) } else { output.null() }
    }
}

extension Array: ResponseValue where Element: ResponseValue {
    /// One example.
    public static var example: [Element] { [Element.example] }
    /// An array.
    public static func schema(in components: inout Components) -> JSON {
        ["type": "array", "items": Element.schema(in: &components)]
    }
    /// An array.
    @inlinable
    public func render(to output: inout Output) {
        output.array { output in
            for element in self { element.render(to: &output) }
        }
    }
}

extension ResponseValue where Self: RawRepresentable<String> & CaseIterable {
    /// One of the words.
    public static func schema(in components: inout Components) -> JSON {
        ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })]
    }
    /// The word.
    @inlinable
    public func render(to output: inout Output) { output.value(rawValue) }
}

extension JSON: ResponseValue {
    /// An example.
    public static var example: JSON { [:] }
    /// Anything.
    public static func schema(in components: inout Components) -> JSON { [:] }
    /// The value itself.
    public func render(to output: inout Output) { output.value(self) }
    /// The value itself.
    public var json: JSON { self }
}
