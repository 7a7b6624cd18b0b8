/// The parameters of a query or a form (WHATWG URL, `application/x-www-form-urlencoded`).
struct InputParameters {
    /// The name and the value of each; `nil` for what is not percent-encoded UTF-8.
    private var pairs: [(name: String?, value: String?)] = []

    /// No parameters.
    static let none = InputParameters("")

    /// Reads them.
    init(_ text: String) {
        if text.isEmpty { return }
        for pair in text.split(atByte: UInt8(ascii: "&")) {
            let parts = pair.split(atByte: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append(
                (
                    PercentEncoding.decode(parts[0], plusIsSpace: true),
                    PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
                ))
        }
    }

    /// Reads those of a form.
    init(form request: Request) throws(APIError) {
        guard let text = String(validating: request.body, as: UTF8.self) else { throw Self.badEncoding("The form") }
        self.init(text)
    }

    /// The refusal of a query or a form.
    static func badEncoding(_ what: String) -> APIError {
        APIError(.validation, details: [Fault("", "encoding", "\(what) is not percent-encoded UTF-8.")])
    }

    /// The names that could be read.
    var names: [String] { pairs.compactMap(\.name) }

    /// Whether a name or a value could not be read.
    var hasBroken: Bool { pairs.contains { $0.name == nil || $0.value == nil } }

    /// Whether a value of this name could not be read.
    func isBroken(_ name: String) -> Bool { all(name).contains { $0.value == nil } }

    /// How often a name occurs.
    func count(_ name: String) -> Int { all(name).count }

    /// The first value of a name.
    subscript(name: String) -> String? { all(name).first?.value }

    private func all(_ name: String) -> [(name: String?, value: String?)] {
        pairs.filter { $0.name?.hasSameBytes(as: name) == true }
    }
}

extension JSON {
    /// A query or path parameter as the JSON that its schema expects, or as a string if it does not have that form.
    init(parameter text: String, type: JSON?) {
        switch type {
        case "integer" where text.utf8.first != UInt8(ascii: "+"):
            self = Int(text).map { .integer($0) } ?? .string(text)
        case "boolean" where text.hasSameBytes(as: "true"): self = true
        case "boolean" where text.hasSameBytes(as: "false"): self = false
        default: self = .string(text)
        }
    }
}
