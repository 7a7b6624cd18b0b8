/// The trie of path segments in which a router searches. It identifies routes by their numbers.
struct RouteTree: Sendable {
    private var nodes = [Node()]

    /// A node of the trie. It refers to its children by their numbers.
    private struct Node: Sendable {
        var literals: [(segment: String, node: Int)] = []
        var parameter: (name: String, node: Int)?
        var routes: [(method: HTTPMethod, index: Int)] = []

        func route(_ method: HTTPMethod) -> Int? {
            routes.first { $0.method == method }?.index
        }
    }

    /// The subject of a search, and its findings.
    struct Search {
        let method: HTTPMethod
        var values = PathParameters()
        /// The other methods of routes with this path.
        var others: Set<HTTPMethod> = []
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }

    /// The number of the route for a path.
    func find(_ path: String, _ search: inout Search) -> Int? {
        path.withBytes { $0.first == Self.slash ? find($0, from: 0, &search) : nil }
    }

    /// The route below a node for the rest of the path: literal segments take precedence over parameters.
    private func find(_ path: UnsafeRawBufferPointer, from node: Int, _ search: inout Search) -> Int? {
        guard !path.isEmpty else { return route(at: node, &search) }
        let end = path.dropFirst().firstIndex(of: Self.slash) ?? path.endIndex
        let segment = UnsafeRawBufferPointer(rebasing: path[1..<end])
        let rest = UnsafeRawBufferPointer(rebasing: path[end...])
        guard !segment.isEmpty else { return nil }
        // Most segments have no escapes, and are compared in place.
        let isPlain = segment.allBytes { $0 != UInt8(ascii: "%") && $0 != 0 }
        let decoded = isPlain ? nil : PercentEncoding.decode(String(decoding: segment, as: UTF8.self))
        guard isPlain || decoded != nil else { return nil }
        let next = isPlain ? literal(segment, below: node) : decoded?.withBytes { literal($0, below: node) } ?? nil
        if let next, let index = find(rest, from: next, &search) { return index }
        guard let parameter = nodes[node].parameter else { return nil }
        search.values.append(parameter.name, decoded ?? String(decoding: segment, as: UTF8.self))
        if let index = find(rest, from: parameter.node, &search) { return index }
        search.values.removeLast()
        return nil
    }

    private func literal(_ segment: UnsafeRawBufferPointer, below node: Int) -> Int? {
        nodes[node].literals.first { $0.segment.withBytes { $0.hasSameBytes(as: segment) } }?.node
    }

    private func route(at node: Int, _ search: inout Search) -> Int? {
        if let index = nodes[node].route(search.method) { return index }
        if search.method == .head, let index = nodes[node].route(.get) { return index }
        search.others.formUnion(nodes[node].routes.map(\.method))
        return nil
    }

    /// Adds a route by its number.
    /// - Throws: `RouterError` if another route contradicts it.
    mutating func insert(_ index: Int, _ method: HTTPMethod, _ pattern: String) throws(RouterError) {
        var node = 0
        for segment in pattern.split(separator: "/") {
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                node = try parameter(String(segment.dropFirst().dropLast()), of: pattern, below: node)
            } else if let literal = nodes[node].literals.first(where: { $0.segment.hasSameBytes(as: segment) }) {
                node = literal.node
            } else {
                nodes[node].literals.append((String(segment), nodes.count))
                node = addNode()
            }
        }
        guard nodes[node].route(method) == nil else {
            throw RouterError("\(method) \(pattern) is declared twice")
        }
        nodes[node].routes.append((method, index))
    }

    private mutating func parameter(
        _ name: String, of pattern: String, below node: Int
    ) throws(RouterError) -> Int {
        if let known = nodes[node].parameter {
            guard known.name == name else { throw RouterError("\(pattern) names {\(known.name)} {\(name)}") }
            return known.node
        }
        nodes[node].parameter = (name, nodes.count)
        return addNode()
    }

    private mutating func addNode() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }
}
