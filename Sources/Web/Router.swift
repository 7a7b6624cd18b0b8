/// Finds the route of a request: a trie of path segments, built once and checked at start-up.
package struct Router<Context: RouteContext>: Sendable {
    /// Every route, in the order declared.
    package let routes: [GenericRoute<Context>]
    private var tree = RouteTree()

    /// The result for a path and a method.
    package enum Match: Sendable {
        /// This route, with the parameters of the path, decoded.
        case route(GenericRoute<Context>, path: PathParameters)
        /// The path exists only with these methods, sorted.
        case otherMethods([HTTPMethod])
        /// There is no such path.
        case none
    }

    /// Builds the trie.
    /// - Throws: `RouterError` for routes that contradict each other or their own input.
    package init(_ routes: [GenericRoute<Context>]) throws(RouterError) {
        self.routes = routes.enumerated().map { GenericRoute($1, pattern: $1.pattern, index: $0) }
        for (index, route) in routes.enumerated() {
            try Self.check(route)
            try tree.insert(index, route.method, route.pattern)
        }
    }

    /// Finds the route for a request. Each segment is decoded by itself, so an encoded slash never splits one; empty
    /// segments, broken escapes and NUL match nothing.
    package func match(_ method: HTTPMethod, path: String) -> Match {
        var search = RouteTree.Search(method: method)
        if let index = tree.find(path, &search) { return .route(routes[index], path: search.values) }
        if search.others.isEmpty { return .none }
        if search.others.contains(.get) { search.others.insert(.head) }
        return .otherMethods(search.others.sorted { $0.rawValue < $1.rawValue })
    }

    private static func check(_ route: GenericRoute<Context>) throws(RouterError) {
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

/// Routes contradict each other: a fault of the program, found when it starts.
package struct RouterError: Error, CustomStringConvertible {
    /// The routes and the contradiction.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
