public import FoundationEssentials

/// A value in answers: how it is written, its schema, and an example.
public protocol ResponseValue: Sendable {
    /// An example for the document.
    static var example: Self { get }

    /// The JSON Schema; named types add their definition to `components` and return a reference.
    static func schema(in components: inout Components) -> JSON

    /// Writes the value.
    func render(to output: inout Output)
}

extension ResponseValue {
    /// The value as JSON text in UTF-8.
    package var jsonText: [UInt8] {
        var output = Output()
        render(to: &output)
        return output.text
    }

    /// The value as a tree, for code that inspects it or embeds it in another.
    public var json: JSON { JSON(written: jsonText) }
}

/// An object of an answer. `write` also defines the schema: on a value it writes the members, and on the example it
/// also yields their types.
public protocol ResponseObject: ResponseValue {
    /// Writes every member, in order.
    func write(to output: inout Output)
}

/// A resource with its own URL and with versions. An `Answer` with one has the version as `ETag`.
public protocol VersionedResource: ResponseObject {
    /// The id with which its path ends.
    var publicID: UUID { get }
    /// The tag of this version.
    var entityTag: EntityTag { get }
}

extension ResponseObject {
    /// Writes an object with the members.
    @inlinable
    public func render(to output: inout Output) {
        output.object { write(to: &$0) }
    }

    /// A reference to the definition, which is made from the example.
    public static func schema(in components: inout Components) -> JSON {
        components.define(Self.self) { components in
            Output.schema(in: &components) { example.write(to: &$0) }
        }
    }
}

/// The named schemas of a document (OpenAPI 3.1, Components Object).
public struct Components {
    /// Name and schema, in the order first met.
    package private(set) var schemas: [JSON.Member] = []

    /// The type to which a schema name belongs.
    private var types: [String: ObjectIdentifier] = [:]

    /// Starts without any.
    package init() {}

    /// Defines the schema of a type under the type's name and returns a reference to it. If another type has the same
    /// name, for example in another package, the name of the type's module is put before it.
    public mutating func define(_ type: Any.Type, _ schema: (inout Components) -> JSON) -> JSON {
        let (short, id) = (String(describing: type), ObjectIdentifier(type))
        let isFree = types[short, default: id] == id
        let name =
            isFree ? short : String(String(reflecting: type).map { $0.isASCII && $0.isLetter || $0 == "." ? $0 : "_" })
        types[name] = id
        return define(name, schema)
    }

    /// Defines a schema without a type, once, and returns a reference to it.
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
