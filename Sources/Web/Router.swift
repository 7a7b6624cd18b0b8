public import HTTPTypes

/// Finds the route of a request: a trie of path segments, built once and checked at start-up.
public struct Router<Context>: Sendable {
    /// Every route, in the order declared.
    public let routes: [Route<Context>]
    private var root = Node()

    private struct Node: Sendable {
        var literals: [Substring: Node] = [:]
        var parameter: (name: Substring, node: [Node])?
        var routes: [HTTPRequest.Method: Int] = [:]

        func answers(_ method: HTTPRequest.Method) -> Bool {
            routes[method] != nil || (method == .head && routes[.get] != nil)
        }
    }

    /// What a path and a method lead to.
    public enum Match: Sendable {
        /// This route, with the parameters of the path, decoded.
        case route(Route<Context>, path: [String: String])
        /// The path exists, with these methods.
        case otherMethods([HTTPRequest.Method])
        /// There is no such path.
        case none
    }

    /// Builds the trie.
    /// - Throws: `RouterError` for routes that contradict each other or their own input.
    public init(_ routes: [Route<Context>]) throws(RouterError) {
        self.routes = routes
        for (index, route) in routes.enumerated() {
            try Self.check(route)
            try Self.insert(index, of: route, at: route.segments[...], into: &root)
        }
    }

    /// Finds what answers a request. Segments are decoded one by one, so an encoded slash never splits one; empty segments,
    /// broken escapes and NUL match nothing.
    public func match(_ method: HTTPRequest.Method, path: String) -> Match {
        guard path.hasPrefix("/") else { return .none }
        var segments: [String] = []
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decode(segment), !decoded.isEmpty else { return .none }
            segments.append(decoded)
        }
        var values: [String: String] = [:]
        guard let node = Self.find(segments[...], in: root, wanting: method, &values) else { return .none }
        let wanted = method == .head && node.routes[.head] == nil ? .get : method
        if let index = node.routes[wanted] { return .route(routes[index], path: values) }
        var methods = node.routes.keys.sorted { $0.rawValue < $1.rawValue }
        if methods.contains(.get) && !methods.contains(.head) { methods.append(.head) }
        return .otherMethods(methods)
    }

    /// The node of a path; one that knows the method goes before one that does not, a literal segment before a parameter.
    private static func find(
        _ segments: ArraySlice<String>, in node: Node, wanting method: HTTPRequest.Method, _ values: inout [String: String]
    ) -> Node? {
        guard let segment = segments.first else { return node.routes.isEmpty ? nil : node }
        let rest = segments.dropFirst()
        var fallback: Node?
        if let next = node.literals[segment[...]], let found = find(rest, in: next, wanting: method, &values) {
            if found.answers(method) { return found }
            fallback = found
        }
        if let (name, nodes) = node.parameter, let next = nodes.first {
            var deeper = values
            deeper[String(name)] = segment
            if let found = find(rest, in: next, wanting: method, &deeper), fallback == nil || found.answers(method) {
                values = deeper
                return found
            }
        }
        return fallback
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
            try insert(index, of: route, at: segments.dropFirst(), into: &node.literals[segment, default: Node()])
        }
    }

    private static func check(_ route: Route<Context>) throws(RouterError) {
        guard route.pattern.hasPrefix("/"), !route.pattern.contains("//") else {
            throw RouterError("\(route.pattern) is not a path")
        }
        let inPattern = Set(
            route.segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
        let inInput = Set(route.input.filter { $0.place == .path }.map(\.name))
        guard inPattern == inInput else {
            throw RouterError("\(route.method) \(route.pattern): its input reads the path parameters \(inInput.sorted())")
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
