public import FoundationEssentials

/// A value that stands in answers: how it is written, what the document says of it, and an example.
public protocol ResponseValue: Sendable {
    /// An example for the document.
    static var example: Self { get }

    /// The JSON Schema; named types add their definition to `components` and answer a reference.
    static func schema(in components: inout Components) -> JSON

    /// The value as JSON.
    var json: JSON { get }
}

/// An object of an answer. `write` is the schema: run on a value it writes the members, run on the example it also yields
/// their types.
public protocol ResponseObject: ResponseValue {
    /// Writes every member, in order.
    func write(to output: inout Output)
}

/// The members of one object of an answer.
public struct Output {
    private(set) var members: [JSON.Member] = []
    private(set) var properties: [JSON.Member] = []
    /// Present while the document is being written.
    private(set) var components: Components?

    fileprivate init(describingInto components: Components? = nil) {
        self.components = components
    }

    /// Writes a member.
    /// - Parameters:
    ///   - format: what the document says of a string (JSON Schema, `format`), such as `email`.
    ///   - description: a sentence for the document.
    public mutating func field<Value: ResponseValue>(
        _ name: String, _ value: Value, format: String? = nil, description: String? = nil
    ) {
        members.append(JSON.Member(name, value.json))
        guard var components else { return }
        var schema = Value.schema(in: &components)
        self.components = components
        if let format { schema = schema.adding("format", .string(format)) }
        if let description { schema = schema.adding("description", .string(description)) }
        properties.append(JSON.Member(name, schema))
    }
}

/// The named schemas of a document (OpenAPI 3.1, Components Object).
public struct Components {
    /// Name and schema, in the order first met.
    public private(set) var schemas: [JSON.Member] = []

    /// Starts without any.
    public init() {}

    /// Defines a schema once and answers a reference to it.
    public mutating func define(_ name: String, _ schema: (inout Components) -> JSON) -> JSON {
        if !schemas.contains(where: { $0.name == name }) {
            let index = schemas.count
            schemas.append(JSON.Member(name, nil))
            let definition = schema(&self)
            schemas[index] = JSON.Member(name, definition)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }
}

extension ResponseObject {
    /// The object's members.
    public var json: JSON {
        var output = Output()
        write(to: &output)
        return .object(output.members)
    }

    /// A reference to the definition, which is made from the example.
    public static func schema(in components: inout Components) -> JSON {
        components.define(String(describing: Self.self)) { components in
            var output = Output(describingInto: components)
            example.write(to: &output)
            if let added = output.components { components = added }
            return [
                "type": "object", "additionalProperties": false, "properties": .object(output.properties),
                "required": .array(output.properties.map { .string($0.name) }),
                "example": .object(output.members),
            ]
        }
    }
}

extension String: ResponseValue {
    /// An example.
    public static var example: String { "text" }
    /// A string.
    public static func schema(in components: inout Components) -> JSON { ["type": "string"] }
    /// A string.
    public var json: JSON { .string(self) }
}

extension Bool: ResponseValue {
    /// An example.
    public static var example: Bool { true }
    /// A boolean.
    public static func schema(in components: inout Components) -> JSON { ["type": "boolean"] }
    /// A boolean.
    public var json: JSON { .bool(self) }
}

extension Int: ResponseValue {
    /// An example.
    public static var example: Int { 1 }
    /// An integer.
    public static func schema(in components: inout Components) -> JSON { ["type": "integer"] }
    /// An integer.
    public var json: JSON { .integer(self) }
}

extension UUID: ResponseValue {
    /// An example.
    public static var example: UUID {
        UUID(uuid: (0x01, 0x93, 0x5c, 0x1e, 0x8a, 0x00, 0x7c, 0x3d, 0x9e, 0x4f, 0x2b, 0x6a, 0x71, 0xd0, 0xc5, 0x18))
    }
    /// A string in the 36-character form.
    public static func schema(in components: inout Components) -> JSON { ["type": "string", "format": "uuid"] }
    /// The 36-character form, in lower case (RFC 9562, section 4).
    public var json: JSON { .string(uuidString.lowercased()) }
}

extension Date: ResponseValue {
    /// An example.
    public static var example: Date { Date(timeIntervalSince1970: 1_732_276_800.125) }
    /// A string in the form of RFC 3339.
    public static func schema(in components: inout Components) -> JSON {
        ["type": "string", "format": "date-time"]
    }
    /// The time as `rfc3339`.
    public var json: JSON { .string(rfc3339) }

    /// RFC 3339 in UTC with milliseconds and `Z`; further digits are cut off.
    public var rfc3339: String {
        // Half of all milliseconds are a little less as a Double, and the formatter cuts off. Half a microsecond more, the
        // last digit of the database, keeps them.
        addingTimeInterval(0.000_000_5).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }
}

extension Optional: ResponseValue where Wrapped: ResponseValue {
    /// The wrapped type's example.
    public static var example: Wrapped? { Wrapped.example }
    /// The wrapped type, or `null`.
    public static func schema(in components: inout Components) -> JSON {
        Wrapped.schema(in: &components).allowingNull
    }
    /// The wrapped value, or `null`.
    public var json: JSON { self?.json ?? .null }
}

extension Array: ResponseValue where Element: ResponseValue {
    /// One example.
    public static var example: [Element] { [Element.example] }
    /// An array.
    public static func schema(in components: inout Components) -> JSON {
        ["type": "array", "items": Element.schema(in: &components)]
    }
    /// An array.
    public var json: JSON { .array(map(\.json)) }
}

extension ResponseValue where Self: RawRepresentable<String> & CaseIterable {
    /// One of the words.
    public static func schema(in components: inout Components) -> JSON {
        ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })]
    }
    /// The word.
    public var json: JSON { .string(rawValue) }
}

extension JSON: ResponseValue {
    /// An example.
    public static var example: JSON { [:] }
    /// Anything.
    public static func schema(in components: inout Components) -> JSON { [:] }
    /// The value itself.
    public var json: JSON { self }
}
