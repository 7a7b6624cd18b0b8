/// Finds the route of a request: a trie of path segments, built once and checked at start-up.
public struct Router<Context>: Sendable {
    /// Every route, in the order declared.
    public private(set) var routes: [Route<Context>]
    private var root = Node()

    private struct Node: Sendable {
        /// By the bytes of the segment, since the caller chooses what is looked up.
        var literals: [[UInt8]: Node] = [:]
        var parameter: (name: Substring, node: [Node])?
        var routes: [HTTPMethod: Int] = [:]

        func answers(_ method: HTTPMethod) -> Bool {
            routes[method] != nil || (method == .head && routes[.get] != nil)
        }
    }

    private typealias Place = (node: Node, values: [String: String])

    /// What a path and a method lead to.
    public enum Match: Sendable {
        /// This route, with the parameters of the path, decoded.
        case route(Route<Context>, path: [String: String])
        /// The path exists, with these methods, sorted.
        case otherMethods([HTTPMethod])
        /// There is no such path.
        case none
    }

    /// Builds the trie.
    /// - Throws: `RouterError` for routes that contradict each other or their own input.
    public init(_ routes: [Route<Context>]) throws(RouterError) {
        self.routes = routes
        for (index, route) in routes.enumerated() {
            self.routes[index].index = index
            try Self.check(route)
            try Self.insert(index, of: route, at: route.segments[...], into: &root)
        }
    }

    /// Finds what answers a request. Segments are decoded one by one, so an encoded slash never splits one; empty segments,
    /// broken escapes and NUL match nothing.
    public func match(_ method: HTTPMethod, path: String) -> Match {
        let slash = UInt8(ascii: "/")
        guard path.utf8.first == slash else { return .none }
        var segments: [String] = []
        for segment in Substring(path.utf8.dropFirst()).split(atByte: slash, omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decode(segment), !decoded.isEmpty else { return .none }
            segments.append(decoded)
        }
        let places = Self.places(segments[...], in: root, [:])
        guard let place = places.first(where: { $0.node.answers(method) }) else {
            if places.isEmpty { return .none }
            var methods = Set(places.flatMap(\.node.routes.keys))
            if methods.contains(.get) { methods.insert(.head) }
            return .otherMethods(methods.sorted { $0.rawValue < $1.rawValue })
        }
        guard let index = place.node.routes[method] ?? place.node.routes[.get] else { return .none }
        return .route(routes[index], path: place.values)
    }

    /// Every node that a path leads to, the preferred one first: a literal segment goes before a parameter.
    private static func places(_ segments: ArraySlice<String>, in node: Node, _ values: [String: String]) -> [Place] {
        guard let segment = segments.first else { return node.routes.isEmpty ? [] : [(node, values)] }
        let rest = segments.dropFirst()
        var places = node.literals[Array(segment.utf8)].map { Self.places(rest, in: $0, values) } ?? []
        if let (name, nodes) = node.parameter, let next = nodes.first {
            var values = values
            values[String(name)] = segment
            places += Self.places(rest, in: next, values)
        }
        return places
    }

    private static func insert(
        _ index: Int, of route: Route<Context>, at segments: ArraySlice<Substring>, into node: inout Node
    ) throws(RouterError) {
        guard let segment = segments.first else {
            guard node.routes.updateValue(index, forKey: route.method) == nil else {
                throw RouterError("\(route.method) \(route.pattern) is declared twice")
            }
            return
        }
        if segment.hasPrefix("{"), segment.hasSuffix("}") {
            let name = segment.dropFirst().dropLast()
            var next = node.parameter?.node.first ?? Node()
            if let other = node.parameter?.name, other != name {
                throw RouterError("\(route.pattern) calls {\(other)} {\(name)}")
            }
            try insert(index, of: route, at: segments.dropFirst(), into: &next)
            node.parameter = (name, [next])
        } else {
            let literal = Array(segment.utf8)
            try insert(index, of: route, at: segments.dropFirst(), into: &node.literals[literal, default: Node()])
        }
    }

    private static func check(_ route: Route<Context>) throws(RouterError) {
        guard route.pattern.hasPrefix("/"), !route.pattern.contains("//"), !route.pattern.hasSuffix("/") else {
            throw RouterError("\(route.pattern) is not a path")
        }
        let inPattern = route.segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }.sorted()
        let inInput = route.input.filter { $0.place == .path }.map(\.name).sorted()
        guard inPattern == inInput else {
            throw RouterError("\(route.method) \(route.pattern): its input reads the path parameters \(inInput)")
        }
    }
}

/// Routes that contradict each other: a fault of the program, found when it starts.
public struct RouterError: Error, CustomStringConvertible {
    /// Which routes, and how.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
