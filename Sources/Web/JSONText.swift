import CJansson

/// Why a text is not acceptable JSON. It has the position and never quotes the text, which may contain a secret.
public struct JSONSyntaxError: Error, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Sendable {
        /// Not JSON, not UTF-8, a number out of range, or `\u0000`.
        case invalid
        /// An object names a member twice.
        case duplicateName
        /// Nested deeper than the limit.
        case tooDeep
    }

    /// What is wrong.
    public let reason: Reason
    /// The line, from 1; 0 where unknown.
    public let line: Int
    /// The column in the line, in characters; 0 where unknown.
    public let column: Int

    /// A sentence for the person who sent the text.
    public var description: String {
        switch reason {
        case .invalid: "The body is not valid JSON (line \(line), column \(column))."
        case .duplicateName: "An object in the body names a member twice (line \(line), column \(column))."
        case .tooDeep: "The body is nested deeper than \(JSON.maximumDepth) levels."
        }
    }
}

extension JSON {
    /// The deepest nesting accepted, as in the API's conventions.
    package static let maximumDepth = 32

    /// Reads a JSON text: strict UTF-8, no duplicate names, no `\u0000`, at most `maximumDepth` levels.
    public init(parsing text: [UInt8]) throws(JSONSyntaxError) {
        try self.init(text, flags: JSON_REJECT_DUPLICATES)
    }

    /// The value of a text that `Output` wrote.
    init(written text: [UInt8]) {
        self = (try? JSON(text, flags: JSON_ALLOW_NUL)) ?? .null
    }

    private init(_ text: [UInt8], flags: Int32) throws(JSONSyntaxError) {
        var error = json_error_t()
        let flags = flags | JSON_DECODE_ANY
        let root = text.withUnsafeBytes { bytes in
            json_loadb(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, Int(flags), &error)
        }
        guard let root else {
            let reason: JSONSyntaxError.Reason =
                switch json_error_code(&error) {
                case json_error_duplicate_key: .duplicateName
                case json_error_stack_overflow: .tooDeep
                default: .invalid
                }
            throw JSONSyntaxError(reason: reason, line: Int(error.line), column: Int(error.column))
        }
        defer { json_decref(root) }
        self = try JSON(root, depth: 1)
    }

    private init(_ node: UnsafeMutablePointer<json_t>, depth: Int) throws(JSONSyntaxError) {
        guard depth <= Self.maximumDepth + 1 else { throw JSONSyntaxError(reason: .tooDeep, line: 0, column: 0) }
        switch node.pointee.type {
        case JSON_OBJECT:
            guard depth <= Self.maximumDepth else { throw JSONSyntaxError(reason: .tooDeep, line: 0, column: 0) }
            var members: [Member] = []
            members.reserveCapacity(json_object_size(node))
            var iterator = json_object_iter(node)
            while let position = iterator {
                if let name = json_object_iter_key(position), let value = json_object_iter_value(position) {
                    members.append(Member(String(cString: name), try JSON(value, depth: depth + 1)))
                }
                iterator = json_object_iter_next(node, position)
            }
            self = .object(members)
        case JSON_ARRAY:
            guard depth <= Self.maximumDepth else { throw JSONSyntaxError(reason: .tooDeep, line: 0, column: 0) }
            var elements: [JSON] = []
            elements.reserveCapacity(json_array_size(node))
            for index in 0..<json_array_size(node) {
                if let element = json_array_get(node, index) { elements.append(try JSON(element, depth: depth + 1)) }
            }
            self = .array(elements)
        case JSON_STRING:
            let bytes = UnsafeRawBufferPointer(start: json_string_value(node), count: json_string_length(node))
            self = .string(String(decoding: bytes, as: UTF8.self))
        case JSON_INTEGER: self = .integer(Int(json_integer_value(node)))
        case JSON_REAL: self = .number(json_real_value(node))
        case JSON_TRUE: self = .bool(true)
        case JSON_FALSE: self = .bool(false)
        default: self = .null
        }
    }
}

// MARK: - Writing

extension JSON {
    /// The value as JSON text in UTF-8, members in their order.
    /// - Parameter indented: on several lines, two spaces a level, for people and for version control.
    public func text(indented: Bool = false) -> [UInt8] {
        guard indented else { return jsonText }
        var output = Output()
        output.indented(self)
        return output.text
    }
}

extension Output {
    /// Writes a value with everything in it.
    public mutating func value(_ json: JSON) {
        switch json {
        case .null: null()
        case .bool(let value): self.value(value)
        case .integer(let number): value(number)
        case .number(let number): value(number)
        case .string(let string): value(string)
        case .array(let elements):
            array { output in
                for element in elements { output.value(element) }
            }
        case .object(let members):
            object { output in
                for member in members {
                    output.name(member.name)
                    output.value(member.value)
                }
            }
        }
    }

    /// Writes a value on several lines.
    fileprivate mutating func indented(_ json: JSON, level: Int = 0) {
        switch json {
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                line(index == 0 ? "[" : ",", level + 1)
                indented(element, level: level + 1)
            }
            line("", level)
            raw("]")
        case .object(let members) where !members.isEmpty:
            for (index, member) in members.enumerated() {
                line(index == 0 ? "{" : ",", level + 1)
                alone(.string(member.name))
                raw(": ")
                indented(member.value, level: level + 1)
            }
            line("", level)
            raw("}")
        default: alone(json)
        }
    }

    /// Writes a value that does not follow another one.
    private mutating func alone(_ json: JSON) {
        needsComma = false
        value(json)
    }

    /// Ends a line and indents the next.
    private mutating func line(_ end: String, _ level: Int) {
        raw(end + "\n" + String(repeating: " ", count: 2 * level))
    }
}
