public import FoundationEssentials

/// A value that stands in answers: how it is written, what the document says of it, and an example.
public protocol ResponseValue: Sendable {
    /// An example for the document.
    static var example: Self { get }

    /// The JSON Schema; named types add their definition to `components` and answer a reference.
    static func schema(in components: inout Components) -> JSON

    /// Writes the value.
    func render(to output: inout Output)
}

extension ResponseValue {
    /// The value as JSON text in UTF-8.
    public var jsonText: [UInt8] {
        var output = Output()
        render(to: &output)
        return output.text
    }

    /// The value as a tree, for what looks into it or puts it into another.
    public var json: JSON { JSON(written: jsonText) }
}

/// An object of an answer. `write` is the schema: run on a value it writes the members, run on the example it also
/// yields their types.
public protocol ResponseObject: ResponseValue {
    /// Writes every member, in order.
    func write(to output: inout Output)
}

/// A resource with an address of its own, whose versions are told apart. An `Answer` of one carries the version as
/// `ETag`.
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
    public private(set) var schemas: [JSON.Member] = []

    /// Which type has the schema of a name.
    private var types: [String: ObjectIdentifier] = [:]

    /// Starts without any.
    public init() {}

    /// Defines the schema of a type under the type's name and answers a reference to it. Where another type has that
    /// name, as one of another package may, the name of the type's module stands before it.
    public mutating func define(_ type: Any.Type, _ schema: (inout Components) -> JSON) -> JSON {
        let (short, id) = (String(describing: type), ObjectIdentifier(type))
        let isFree = types[short, default: id] == id
        let name =
            isFree ? short : String(String(reflecting: type).map { $0.isASCII && $0.isLetter || $0 == "." ? $0 : "_" })
        types[name] = id
        return define(name, schema)
    }

    /// Defines a schema that is no type's once and answers a reference to it.
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
