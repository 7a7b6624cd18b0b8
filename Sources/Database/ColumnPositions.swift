/// The positions of a result's columns, by name.
///
/// A name is found by the address of its literal, starting after the last requested column, since most types read their
/// columns in order. Text is compared only until the literal is known.
struct ColumnPositions {
    enum Position {
        case at(Int)
        case missing
        case ambiguous
    }

    private let names: [String]
    /// The address of the last literal that named each column; 0 if there was none.
    private var literals: [UInt]
    private var next = 0

    init(_ names: [String]) {
        self.names = names
        literals = Array(repeating: 0, count: names.count)
    }

    /// Starts again at the first column.
    mutating func startRow() {
        next = 0
    }

    mutating func position(of name: StaticString) -> Position {
        let literal = name.hasPointerRepresentation ? UInt(bitPattern: name.utf8Start) : 0
        if next < literals.count, literals[next] == literal, literal != 0 {
            next += 1
            return .at(next - 1)
        }
        let found = search(name)
        if case .at(let index) = found {
            literals[index] = literal
            next = index + 1
        }
        return found
    }

    private func search(_ name: StaticString) -> Position {
        name.withUTF8Buffer { bytes in
            let matches = names.indices.filter { names[$0].utf8.elementsEqual(bytes) }
            guard let index = matches.first else { return .missing }
            return matches.count == 1 ? .at(index) : .ambiguous
        }
    }
}
