import Testing

@testable import Web

private struct ByID: RequestInput {
    init(from input: inout Input) { _ = input.path("id", .text(0...100)) }
}

private struct ByBoth: RequestInput {
    init(from input: inout Input) {
        _ = input.path("id", .text(0...100))
        _ = input.path("part", .text(0...100))
    }
}

private func route<Value: RequestInput>(
    _ method: HTTPMethod, _ pattern: String, reading type: Value.Type
) -> GenericRoute<Context> {
    GenericRoute(
        method, pattern, "Does nothing", tag: "Tests", guard: .public, tier: .unlimited, input: type,
        returns: .noContent
    ) { _, _ in Answer(NoContent()) }
}

extension Router {
    /// The match on one line: the pattern and its parameters, the methods of a 405, or `404`.
    fileprivate func find(_ method: HTTPMethod, _ path: String) -> String {
        switch match(method, path: path) {
        case .route(let route, let values):
            ([route.pattern] + values.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
        case .otherMethods(let methods): "405 " + methods.map(\.rawValue).joined(separator: ",")
        case .none: "404"
        }
    }
}

@Suite struct RouterTests {
    private let router: Router<Context>

    init() throws {
        router = try Router([
            route(.get, "/users"), route(.post, "/users"), route(.get, "/users/me"), route(.patch, "/users/me"),
            route(.get, "/users/{id}", reading: ByID.self), route(.delete, "/users/{id}", reading: ByID.self),
            route(.get, "/users/me/keys"), route(.get, "/users/{id}/posts/{part}", reading: ByBoth.self),
            route(.get, "/K"), route(.post, "/only"), route(.get, "/.well-known/keys.json"),
            route(.get, "/a/{id}/c", reading: ByID.self), route(.post, "/{part}/b/c", reading: ByPart.self),
        ])
    }

    private struct ByPart: RequestInput {
        init(from input: inout Input) { _ = input.path("part", .text(0...100)) }
    }

    @Test(arguments: [
        ("/users", "/users"), ("/users/me", "/users/me"), ("/users/7", "/users/{id} id=7"),
        ("/users/me/keys", "/users/me/keys"), ("/.well-known/keys.json", "/.well-known/keys.json"),
        ("/users/7/posts/8", "/users/{id}/posts/{part} id=7 part=8"), ("/%75sers", "/users"),
        ("/users/ME", "/users/{id} id=ME"), ("/users/m%65", "/users/me"), ("/K", "/K"), ("/%E2%84%AA", "404"),
        ("/users/me%CC%81", "/users/{id} id=me\u{301}"), ("/\u{301}users", "404"),
        ("/users/\u{301}", "/users/{id} id=\u{301}"),
    ])
    func `a literal segment takes precedence over a parameter`(path: String, found: String) {
        #expect(router.find(.get, path) == found)
    }

    @Test func `a literal without a match gives way to a parameter`() {
        #expect(router.find(.get, "/users/me/posts/8") == "/users/{id}/posts/{part} id=me part=8")
    }

    @Test func `a literal without the method gives way to a parameter that has it`() {
        #expect(router.find(.delete, "/users/me") == "/users/{id} id=me")
        #expect(router.find(.post, "/a/b/c") == "/{part}/b/c part=a")
    }

    @Test(arguments: [
        "", "/", "//", "users", "/user", "/users/", "//users", "/users//me", "/users/me/", "/users/7/posts",
        "/users/7/",
        "/users/7/posts/8/9", "/USERS", "/users/%00", "/users/a%00b", "/users/%", "/users/%4", "/users/%zz",
        "/users/%FF", "/users/%C3", "/users%2Fme", "/users/%C0%AF", "*", "http://host/users", "/users?x",
        "/users/7/posts/", "/..", "/users/../users", "/./users",
    ])
    func `no other path matches`(path: String) {
        #expect(router.find(.get, path) == "404")
    }

    @Test(arguments: [
        ("/users/a%2Fb", "id=a/b"), ("/users/%2e%2e", "id=.."), ("/users/..", "id=.."), ("/users/%20", "id= "),
        ("/users/a+b", "id=a+b"), ("/users/%25zz", "id=%zz"), ("/users/%F0%9F%A6%8A", "id=🦊"),
        ("/users/{id}", "id={id}"), ("/users/a;b=c", "id=a;b=c"),
    ])
    func `a parameter is one segment, decoded once`(path: String, value: String) {
        #expect(router.find(.get, path) == "/users/{id} " + value)
    }

    @Test func `HEAD is allowed wherever GET is`() {
        #expect(router.find(.head, "/users/me") == "/users/me")
        #expect(router.find(.head, "/users/7") == "/users/{id} id=7")
        #expect(router.find(.head, "/only") == "405 POST")
        #expect(router.find(.head, "/nothing") == "404")
    }

    @Test func `a 405 has the methods of the path`() throws {
        #expect(router.find(.put, "/users") == "405 GET,HEAD,POST")
        #expect(router.find(.get, "/only") == "405 POST")
        #expect(router.find(.put, "/users/7") == "405 DELETE,GET,HEAD")
        #expect(router.find(try #require(.init("get")), "/users") == "405 GET,HEAD,POST")
        #expect(router.find(.options, "/only") == "405 POST")
    }

    @Test func `the methods of a 405 are those of every route that the path can match`() {
        #expect(router.find(.put, "/users/me") == "405 DELETE,GET,HEAD,PATCH")
        #expect(router.find(.put, "/a/b/c") == "405 GET,HEAD,POST")
    }

    @Test func `a path of ten thousand segments matches nothing`() {
        #expect(router.find(.get, String(repeating: "/users", count: 10_000)) == "404")
    }
}

@Suite struct RouterCheckTests {
    private func fault(_ routes: GenericRoute<Context>...) -> String? {
        do throws(RouterError) {
            _ = try Router(routes)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `routes may differ only by method or path`() {
        #expect(fault(route(.get, "/a"), route(.post, "/a"), route(.get, "/b"), route(.head, "/a")) == nil)
    }

    @Test func `a route declared twice is refused`() {
        #expect(fault(route(.get, "/a"), route(.get, "/a")) == "GET /a is declared twice")
        let twice = fault(route(.get, "/a/{id}", reading: ByID.self), route(.get, "/a/{id}", reading: ByID.self))
        #expect(twice == "GET /a/{id} is declared twice")
    }

    @Test func `a parameter has one name, whatever follows it`() {
        struct ByName: RequestInput {
            init(from input: inout Input) { _ = input.path("name", .text(0...100)) }
        }
        let first = route(.get, "/a/{id}", reading: ByID.self)
        #expect(fault(first, route(.get, "/a/{name}/b", reading: ByName.self)) == "/a/{name}/b names {id} {name}")
        #expect(fault(first, route(.get, "/b/{name}", reading: ByName.self)) == nil)
    }

    @Test(arguments: ["", "a", "a/b", "//", "/a//b", "/", "/a/"])
    func `a pattern that no path can match is refused`(pattern: String) {
        #expect(fault(route(.get, pattern)) == "\(pattern) is not a path")
    }

    @Test func `a pattern and its input name the same parameters`() {
        #expect(fault(route(.get, "/a/{id}")) != nil)
        #expect(fault(route(.get, "/a", reading: ByID.self)) != nil)
        #expect(fault(route(.get, "/a/{name}", reading: ByID.self)) != nil)
        #expect(fault(route(.get, "/a/{id}/{part}", reading: ByID.self)) != nil)
        #expect(fault(route(.get, "/a/{part}/{id}", reading: ByBoth.self)) == nil)
        #expect(fault(route(.get, "/a/{id", reading: ByID.self)) != nil)
        #expect(fault(route(.get, "/a/{id}.json", reading: ByID.self)) != nil)
    }

    @Test func `a pattern that uses a parameter twice is refused`() {
        #expect(fault(route(.get, "/a/{id}/b/{id}", reading: ByID.self)) != nil)
    }

    @Test func `a route can be mounted below another path`() throws {
        let router = try Router([route(.get, "/a").under("/api/v1")])
        #expect(router.find(.get, "/api/v1/a") == "/api/v1/a")
        #expect(router.find(.get, "/a") == "404")
    }
}
