import CJansson

/// Why a text is not acceptable JSON. It tells the place and never quotes the text, which may hold a secret.
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
    public static let maximumDepth = 32

    /// Reads a JSON text: strict UTF-8, no duplicate names, no `\u0000`, at most `maximumDepth` levels.
    public init(parsing text: [UInt8]) throws(JSONSyntaxError) {
        var error = json_error_t()
        let flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY
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

    /// The value as JSON text in UTF-8, members in their order.
    /// - Parameter indented: on several lines, two spaces a level, for people and for version control.
    public func text(indented: Bool = false) -> [UInt8] {
        guard let node = makeNode() else { return [] }
        defer { json_decref(node) }
        var text: [UInt8] = []
        // JSON_INDENT(2) and JSON_REAL_PRECISION(15) are function-like macros, which Swift does not import. Fifteen digits
        // are what every Double keeps, so 1.628 is not written as 1.6279999999999999.
        let layout = indented ? 2 : JSON_COMPACT
        let flags = layout | JSON_ENCODE_ANY | 15 << 11
        withUnsafeMutablePointer(to: &text) { target in
            _ = json_dump_callback(
                node,
                { bytes, count, target in
                    guard let bytes, let target else { return -1 }
                    let chunk = UnsafeRawBufferPointer(start: bytes, count: count)
                    target.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: chunk)
                    return 0
                }, target, Int(flags))
        }
        return text
    }

    private func makeNode() -> UnsafeMutablePointer<json_t>? {
        switch self {
        case .null: return json_null()
        case .bool(let value): return value ? json_true() : json_false()
        case .integer(let value): return json_integer(json_int_t(value))
        case .number(let value): return json_real(value)
        case .string(var value):
            return value.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { json_stringn_nocheck($0.baseAddress, $0.count) }
            }
        case .array(let elements):
            let node = json_array()
            for element in elements { json_array_append_new(node, element.makeNode()) }
            return node
        case .object(let members):
            let node = json_object()
            for member in members { json_object_set_new_nocheck(node, member.name, member.value.makeNode()) }
            return node
        }
    }
}
