/// The values that one field of a request accepts: the JSON Schema that documents them and the code that reads them.
public struct Field<Value: Sendable>: Sendable {
    /// The JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1) of acceptable values.
    public let schema: JSON

    /// A placeholder when there is no value: after a fault, and while the schema is written.
    let standIn: Value

    /// Reads a value, or returns why it is not acceptable.
    let read: @Sendable (JSON) -> Result<Value, Rejection>

    /// Makes a field.
    /// - Parameters:
    ///   - schema: the schema for the document.
    ///   - standIn: any value; handlers never see it.
    ///   - read: converts JSON into the value or returns a rejection; it must accept exactly what the schema accepts.
    public init(
        schema: JSON, standIn: Value, read: @escaping @Sendable (JSON) -> Result<Value, Rejection>
    ) {
        self.schema = schema
        self.standIn = standIn
        self.read = read
    }

    /// Why a value is not acceptable; `nil` if it is.
    package func rejection(of value: JSON) -> Rejection? {
        if case .failure(let rejection) = read(value) { rejection } else { nil }
    }

    /// The same field with one more keyword in its schema.
    public func annotated(_ keyword: String, _ value: JSON) -> Field {
        Field(schema: schema.adding(keyword, value), standIn: standIn, read: read)
    }

    /// The same field with a sentence about it in the document.
    public func described(_ description: String) -> Field { annotated("description", .string(description)) }

    /// A field that accepts those values of this one for which `convert` returns a result.
    public func map<Other: Sendable>(
        standIn: Other, _ convert: @escaping @Sendable (Value) -> Result<Other, Rejection>
    ) -> Field<Other> {
        Field<Other>(schema: schema, standIn: standIn) { json in read(json).flatMap(convert) }
    }
}

/// Why a value is not acceptable: a `Fault` that does not know its place yet.
public struct Rejection: Error {
    /// A stable word for programs.
    public let code: String
    /// A sentence for people.
    public let message: String

    /// Makes a rejection.
    public init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The value has another JSON type than the schema says.
    public static func type(_ expected: String, found: JSON) -> Rejection {
        Rejection("type", "Must be \(expected), not \(found.typeName).")
    }
}

extension Field where Value == String {
    /// A string with a bounded number of characters (code points, as JSON Schema counts, but in NFC) and at most 30
    /// marks in a row. Its value is in NFC. So later processing by Unicode's rules sees only short and harmless texts.
    public static func text(_ length: ClosedRange<Int>) -> Field {
        let schema: JSON = [
            "type": "string", "minLength": .integer(length.lowerBound), "maxLength": .integer(length.upperBound),
            "pattern": #"^[^\u0000]*$"#,
        ]
        return Field(schema: schema, standIn: "") { json in
            guard let text = json.string else { return .failure(.type("a string", found: json)) }
            return text.normalized(length).flatMap { text in
                text.unicodeScalars.contains("\0")
                    ? .failure(Rejection("format", "Must not contain the character NUL.")) : .success(text)
            }
        }
    }

    /// A language tag such as `de-AT` (RFC 5646, the shapes in use), at most 35 characters.
    public static let languageTag = Field.text(2...35)
        .matching("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", "Must be a language tag such as en or de-AT.") { text in
            let subtags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard let language = subtags.first, (2...8).contains(language.count) else { return false }
            return language.allSatisfy(\.isLetter)
                && subtags.dropFirst().allSatisfy { (1...8).contains($0.count) && $0.allSatisfy(\.isAlphanumeric) }
        }

    /// The same field with a further rule, which applies to the text as it was sent, since NFC maps U+212A to K.
    /// - Parameters:
    ///   - pattern: the rule as a regular expression for the document (ECMA-262).
    ///   - message: the message for callers who break the rule.
    ///   - accepts: the same rule in code.
    public func matching(
        _ pattern: String, _ message: String, _ accepts: @escaping @Sendable (String) -> Bool
    ) -> Field {
        Field(schema: schema.adding("pattern", .string(pattern)), standIn: standIn) { json in
            read(json).flatMap { text in
                accepts(text) && json.string?.hasSameBytes(as: text) == true
                    ? .success(text) : .failure(Rejection("format", message))
            }
        }
    }
}

extension Field {
    /// `true` or `false`.
    public static var boolean: Field<Bool> {
        Field<Bool>(schema: ["type": "boolean"], standIn: false) { json in
            if case .bool(let value) = json { .success(value) } else { .failure(.type("a boolean", found: json)) }
        }
    }

    /// A whole number in a range.
    /// - Parameter message: the message for values outside; by default it states the bounds.
    public static func integer(_ range: ClosedRange<Int>, _ message: String? = nil) -> Field<Int> {
        let schema: JSON = [
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
        ]
        return Field<Int>(schema: schema, standIn: range.lowerBound) { json in
            guard let value = json.wholeNumber else { return .failure(.type("a whole number", found: json)) }
            guard range.contains(value) else {
                let bounds = "Must be from \(range.lowerBound) to \(range.upperBound)."
                return .failure(Rejection("range", message ?? bounds))
            }
            return .success(value)
        }
    }

    /// An array with a bounded number of distinct elements, which are read elsewhere.
    static func elements(_ schema: JSON, count: ClosedRange<Int>) -> Field<[JSON]> {
        let array: JSON = [
            "type": "array", "items": schema, "uniqueItems": true, "minItems": .integer(count.lowerBound),
            "maxItems": .integer(count.upperBound),
        ]
        return Field<[JSON]>(schema: array, standIn: []) { json in
            guard case .array(let elements) = json else { return .failure(.type("an array", found: json)) }
            guard count.contains(elements.count) else {
                let message = "Must have \(count.lowerBound) to \(count.upperBound) elements."
                return .failure(Rejection("count", message))
            }
            return .success(elements)
        }
    }

    /// One of the words of an enumeration.
    public static func oneOf<Choice>(_ type: Choice.Type, standIn: Choice) -> Field<Choice>
    where Choice: RawRepresentable<String> & CaseIterable & Sendable {
        let words = Choice.allCases.map(\.rawValue)
        let schema: JSON = ["type": "string", "enum": .array(words.map { .string($0) })]
        return Field<Choice>(schema: schema, standIn: standIn) { json in
            guard let word = json.string else { return .failure(.type("a string", found: json)) }
            guard let choice = Choice(word: word) else {
                return .failure(Rejection("choice", "Must be one of \(words.joined(separator: ", "))."))
            }
            return .success(choice)
        }
    }

    /// The same, or `null`.
    public var nullable: Field<Value?> {
        Field<Value?>(schema: schema.allowingNull, standIn: nil) { json in
            if case .null = json { .success(nil) } else { read(json).map(Optional.some) }
        }
    }
}

extension JSON {
    /// The integer, even if it is written as 5.0 or 5e0, which are integers for JSON Schema; `nil` for other values.
    fileprivate var wholeNumber: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// This schema extended by `null`.
    var allowingNull: JSON {
        guard let type = self["type"] else { return ["anyOf": [self, ["type": "null"]]] }
        let schema = adding("type", [type, "null"])
        guard case .array(let choices)? = self["enum"] else { return schema }
        return schema.adding("enum", .array(choices + [.null]))
    }

    /// This object with a member added or replaced.
    func adding(_ name: String, _ value: JSON) -> JSON {
        guard case .object(var members) = self else { return self }
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index] = Member(name, value)
        } else {
            members.append(Member(name, value))
        }
        return .object(members)
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isAlphanumeric: Bool { isDigit || isLetter }
}
