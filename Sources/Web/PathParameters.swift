/// The parameters of a path, decoded, in the order of the path.
package struct PathParameters: Sendable {
    private var values: [(name: String, value: String)]

    /// Makes a list of parameters.
    package init(_ values: [(name: String, value: String)] = []) {
        self.values = values
    }

    /// The value of a parameter; `nil` if the path has no parameter of this name.
    package subscript(name: String) -> String? {
        values.first { $0.name == name }?.value
    }

    mutating func append(_ name: String, _ value: String) {
        values.append((name, value))
    }

    mutating func removeLast() {
        values.removeLast()
    }
}

extension PathParameters: Sequence {
    /// Starts with the first parameter.
    package func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { values.makeIterator() }
}

extension PathParameters: ExpressibleByDictionaryLiteral {
    /// Parameters of these names.
    package init(dictionaryLiteral values: (String, String)...) {
        self.init(values.map { (name: $0, value: $1) })
    }
}
