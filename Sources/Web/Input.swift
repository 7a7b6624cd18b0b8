/// The input of a route. The initializer defines the schema: on a request, it reads and checks the fields and collects
/// every fault; it also runs once without a request, to yield the JSON Schema for the document.
public protocol RequestInput: Sendable {
    /// Reads every field. Values may be placeholders; the result is used only if there was no fault.
    init(from input: inout Input)

    /// An acceptable body for the document; `nil` if the route takes no body.
    static var exampleBody: JSON? { get }
}

extension RequestInput {
    /// No body.
    public static var exampleBody: JSON? { nil }
}

/// The way in which a route reads its input: a type's own initializer, or a closure that needs something known only at
/// the start.
public struct InputReader<Value: Sendable>: Sendable {
    /// An acceptable body for the document; `nil` if the route takes no body.
    let exampleBody: JSON?
    let read: @Sendable (inout Input) -> Value

    /// - Parameter exampleBody: an acceptable body, where there is one.
    public init(_ exampleBody: JSON?, read: @escaping @Sendable (inout Input) -> Value) {
        self.exampleBody = exampleBody
        self.read = read
    }
}

extension InputReader where Value: RequestInput {
    /// Reads by the initializer of the type.
    @usableFromInline
    init(_ type: Value.Type) {
        self.init(type.exampleBody) { Value(from: &$0) }
    }
}

/// The input of routes that take nothing.
public struct NoInput: RequestInput {
    /// Reads nothing.
    public init(from input: inout Input) {}
}

/// The fields of one request, or the recorder of the declared fields.
public struct Input {
    /// A declared field.
    package struct Declaration: Sendable {
        /// The part of the request that has it.
        package enum Place: String, Sendable { case body, form, query, path }
        /// Its name.
        package let name: String
        /// The part of the request that has it.
        package let place: Place
        /// The schema of its values.
        package let schema: JSON
        /// Whether requests must have it.
        package let isRequired: Bool
        /// Whether the route refuses faulty values in its own way.
        var toleratesFaults = false
    }

    /// The fields declared so far.
    package private(set) var declarations: [Declaration] = []
    /// Whether unknown parameters of query and form are ignored.
    private(set) var ignoresOthers = false
    /// For a list: the combinations of filters and sorts, in the form of the document.
    private(set) var combinations: JSON?
    private var faults: [Fault] = []
    private let body: [JSON.Member]
    private let form: InputParameters
    private let query: InputParameters
    private let path: PathParameters
    private let isDescribing: Bool

    /// Reads a required field of the body.
    public mutating func required<Value>(_ name: String, _ field: Field<Value>) -> Value {
        read(name, field, in: .body, isRequired: true) ?? field.standIn
    }

    /// Reads a field of the body that may be absent.
    public mutating func optional<Value>(_ name: String, _ field: Field<Value>) -> Value? {
        read(name, field, in: .body, isRequired: false)
    }

    /// Reads a query parameter that may be absent.
    public mutating func query<Value>(_ name: String, _ field: Field<Value>) -> Value? {
        read(name, field, in: .query, isRequired: false)
    }

    /// Reads a required query parameter.
    package mutating func requiredQuery<Value>(_ name: String, _ field: Field<Value>) -> Value {
        read(name, field, in: .query, isRequired: true) ?? field.standIn
    }

    /// Reads a field of a form that may be absent (`application/x-www-form-urlencoded`). A route reads either such
    /// fields or those of a JSON body.
    package mutating func form<Value>(_ name: String, _ field: Field<Value>) -> Value? {
        read(name, field, in: .form, isRequired: false)
    }

    /// Reads a query parameter of a sender that is no client of this API, so the route refuses faulty values in its own
    /// way.
    /// - Parameter substitute: the result for a value that is faulty, repeated or badly encoded.
    package mutating func query<Value>(_ name: String, _ field: Field<Value>, faulty substitute: Value) -> Value? {
        read(name, field, in: .query, faulty: substitute)
    }

    /// Reads such a field of a form.
    package mutating func form<Value>(_ name: String, _ field: Field<Value>, faulty substitute: Value) -> Value? {
        read(name, field, in: .form, faulty: substitute)
    }

    /// Ignores unknown parameters of query and form, instead of refusing them: the sender is no client of this API, and
    /// may add some at any time.
    package mutating func ignoreOthers() {
        ignoresOthers = true
    }

    /// Reads a parameter of the path.
    public mutating func path<Value>(_ name: String, _ field: Field<Value>) -> Value {
        read(name, field, in: .path, isRequired: true) ?? field.standIn
    }

    /// Reads a required array of the body, whose elements must differ; each faulty element is a separate fault.
    public mutating func required<Value: Hashable>(
        _ name: String, listOf field: Field<Value>, count: ClosedRange<Int>
    ) -> [Value] {
        readList(name, field, count, isRequired: true) ?? []
    }

    /// Reads such an array that may be absent.
    public mutating func optional<Value: Hashable>(
        _ name: String, listOf field: Field<Value>, count: ClosedRange<Int>
    ) -> [Value]? {
        readList(name, field, count, isRequired: false)
    }

    /// The query parameters that were declared so far and sent, as sent.
    var queryGiven: [String: String] {
        var given: [String: String] = [:]
        for declaration in declarations where declaration.place == .query {
            given[declaration.name] = query[declaration.name]
        }
        return given
    }

    /// Records the combinations of a list.
    mutating func note(_ combinations: JSON) {
        self.combinations = combinations
    }

    /// Adds a fault that involves several fields, such as two that contradict each other.
    public mutating func reject(_ name: String, _ rejection: Rejection) {
        let shown = String(name.unicodeScalars.prefix(Self.longestName))
        faults.append(Fault(shown, rejection.code, rejection.message))
    }

    private mutating func read<Value>(
        _ name: String, _ field: Field<Value>, in place: Declaration.Place, isRequired: Bool
    ) -> Value? {
        declarations.append(
            Declaration(name: name, place: place, schema: field.schema, isRequired: isRequired))
        if isDescribing { return nil }
        guard let json = value(of: name, in: place, type: field.schema["type"]) else {
            if isRequired { reject(name, Rejection("required", "Is required.")) }
            return nil
        }
        switch field.read(json) {
        case .success(let value): return value
        case .failure(let rejection):
            reject(name, rejection)
            return nil
        }
    }

    private mutating func read<Value>(
        _ name: String, _ field: Field<Value>, in place: Declaration.Place, faulty substitute: Value
    ) -> Value? {
        let schema = JSON.object(field.schema.members.filter { ["type", "description"].contains($0.name) })
        declarations.append(
            Declaration(name: name, place: place, schema: schema, isRequired: false, toleratesFaults: true))
        let parameters = place == .form ? form : query
        guard !isDescribing, parameters.count(name) > 0 else { return nil }
        guard parameters.count(name) == 1, let text = parameters[name],
            case .success(let value) = field.read(JSON(parameter: text, type: field.schema["type"]))
        else { return substitute }
        return value
    }

    private mutating func readList<Value: Hashable>(
        _ name: String, _ field: Field<Value>, _ count: ClosedRange<Int>, isRequired: Bool
    ) -> [Value]? {
        guard let elements = read(name, .elements(field.schema, count: count), in: .body, isRequired: isRequired) else {
            return nil
        }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            switch field.read(element) {
            case .failure(let rejection): reject("\(name)[\(index)]", rejection)
            case .success(let value) where values.contains(value):
                reject("\(name)[\(index)]", Rejection("repeated", "Must not occur twice."))
            case .success(let value): values.append(value)
            }
        }
        return values
    }

    private func value(of name: String, in place: Declaration.Place, type: JSON?) -> JSON? {
        switch place {
        case .body: body.first { $0.name.hasSameBytes(as: name) }?.value
        case .form: form[name].map { JSON(parameter: $0, type: type) }
        case .query: query[name].map { JSON(parameter: $0, type: type) }
        case .path: path[name].map { JSON(parameter: $0, type: type) }
        }
    }
}

extension Input {
    /// The maximum number of faults in an answer, so a body with a hundred thousand unknown fields does not get a
    /// larger one.
    static let maximumFaults = 100
    /// The part of a field's name that an answer repeats, in code points; the caller chose the name, and ours are
    /// shorter.
    static let longestName = 100

    /// Reads a request's input.
    /// - Throws: `APIError` with every fault found.
    static func read<Value>(
        _ reader: InputReader<Value>, from request: Request, path: PathParameters, body: BodyKind
    ) throws(APIError) -> Value {
        var input = Input(
            body: try members(of: request, body), form: body == .form ? try InputParameters(form: request) : .none,
            query: InputParameters(request.query), path: path, isDescribing: false)
        let value = reader.read(&input)
        try input.refuseBadEncoding()
        if !input.ignoresOthers { input.rejectUnknownFields() }
        input.rejectRepeatedParameters()
        guard input.faults.isEmpty else {
            throw APIError(.validation, details: Array(input.faults.prefix(maximumFaults)))
        }
        return value
    }

    /// The declarations of a route.
    static func describe(_ reader: InputReader<some Sendable>) -> Input {
        var input = Input(body: [], form: .none, query: .none, path: [:], isDescribing: true)
        _ = reader.read(&input)
        return input
    }

    private init(
        body: [JSON.Member], form: InputParameters, query: InputParameters, path: PathParameters, isDescribing: Bool
    ) {
        self.body = body
        self.form = form
        self.query = query
        self.path = path
        self.isDescribing = isDescribing
    }

    /// Of parameters that are ignored, or whose faults the route refuses itself, the encoding does not matter.
    private func refuseBadEncoding() throws(APIError) {
        for (place, parameters, what) in [(Declaration.Place.query, query, "The query"), (.form, form, "The form")] {
            let isDeclared = declarations.contains {
                $0.place == place && !$0.toleratesFaults && parameters.isBroken($0.name)
            }
            if isDeclared || parameters.hasBroken && !ignoresOthers { throw InputParameters.badEncoding(what) }
        }
    }

    private mutating func rejectUnknownFields() {
        for member in body where declared(member.name, in: .body) == nil {
            reject(member.name, Rejection("unknown", "This field is unknown here."))
        }
        for name in form.names where declared(name, in: .form) == nil {
            reject(name, Rejection("unknown", "This field is unknown here."))
        }
        for name in query.names where declared(name, in: .query) == nil {
            reject(name, Rejection("unknown", "This query parameter is unknown here."))
        }
    }

    private mutating func rejectRepeatedParameters() {
        for (place, parameters) in [(Declaration.Place.form, form), (.query, query)] {
            var seen: Set<String> = []
            for name in parameters.names {
                guard let declared = declared(name, in: place), !declared.toleratesFaults,
                    !seen.insert(declared.name).inserted
                else { continue }
                reject(declared.name, Rejection("repeated", "Must be given once."))
            }
        }
    }

    /// The declaration of a name with the same bytes as the caller's.
    private func declared(_ name: String, in place: Declaration.Place) -> Declaration? {
        declarations.first { $0.place == place && $0.name.hasSameBytes(as: name) }
    }

    /// A route without a body accepts an empty object, which some clients always send; the fields of any other body are
    /// unknown.
    private static func noMembers(of request: Request) throws(APIError) -> [JSON.Member] {
        if request.body.isEmpty { return [] }
        guard case .object(let members) = try? JSON(parsing: request.body) else { throw takesNoBody }
        return members
    }

    /// The refusal of a body by a route that takes none.
    static let takesNoBody = APIError(.validation, details: [Fault("", "unknown", "This takes no body.")])

    private static func members(of request: Request, _ kind: BodyKind) throws(APIError) -> [JSON.Member] {
        switch kind {
        case .none: return try noMembers(of: request)
        case .form: return []
        case .json: break
        }
        if request.body.isEmpty { return [] }
        do {
            guard case .object(let members) = try JSON(parsing: request.body) else {
                throw APIError(.validation, details: [Fault("", "type", "The body must be an object.")])
            }
            return members
        } catch let error as JSONSyntaxError {
            throw APIError(.malformedJSON, error.description)
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.malformedJSON)
        }
    }
}
