import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct CrossOriginTests {
    private static let listed = "https://app.example.com"
    private let app: TestApplication

    init() throws {
        app = try TestApplication(["GATEHOUSE_CORS_ORIGINS": "\(Self.listed),https://other.example.com:8443"])
    }

    private func preflight(_ path: String, from origin: String) -> Response {
        app.send(
            .options, path, headers: [.origin: origin, .accessControlRequestMethod: "POST"])
    }

    @Test func `an allowed origin gets the methods of the path and no credentials`() {
        let answer = preflight("/api/v1/users/me", from: Self.listed)
        #expect(answer.status == .noContent)
        #expect(answer.headers[.accessControlAllowOrigin] == Self.listed)
        #expect(answer.headers[.accessControlAllowMethods] == "DELETE, GET, HEAD, PATCH")
        #expect(answer.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
        #expect(answer.headers["Access-Control-Allow-Credentials"] == nil)
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test(arguments: [
        "https://evil.example.com", "http://app.example.com", "https://app.example.com.evil.example", "null", "",
        "https://app.example.com:443",
    ])
    func `another origin learns nothing`(origin: String) {
        let answer = preflight("/api/v1/users/me", from: origin)
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        let read = app.send(.get, "/healthz", headers: [.origin: origin])
        #expect(read.headers[.accessControlAllowOrigin] == nil)
        #expect(read.headers[.vary] == "Origin")
    }

    @Test func `an allowed origin can read answers and errors`() {
        for path in ["/healthz", "/api/v1/users/me", "/api/v1/nothing"] {
            let answer = app.send(.get, path, headers: [.origin: Self.listed])
            #expect(answer.headers[.accessControlAllowOrigin] == Self.listed, "\(path)")
            #expect(answer.headers[.accessControlExposeHeaders]?.contains("X-Request-Id") == true)
        }
        #expect(preflight("/api/v1/nothing", from: Self.listed).status == .notFound)
    }

    @Test func `without a list no answer mentions origins`() throws {
        let app = try TestApplication()
        let answer = app.send(.get, "/healthz", headers: [.origin: Self.listed])
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(answer.headers[.vary] == nil)
    }
}
