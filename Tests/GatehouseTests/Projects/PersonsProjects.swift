import GatehouseTesting
import Testing
import Web

extension Person {
    /// Sends a request about projects.
    func projects(
        _ method: HTTPMethod, _ path: String = "", _ body: JSON? = nil, ifMatch: String? = nil
    ) -> Response {
        send(method, "/projects\(path)", body, headers: ifMatch.map { [.ifMatch: $0] } ?? [:])
    }

    /// Creates a project, in an organization if one is given; returns its id.
    @discardableResult
    func create(_ name: String, in organization: TestOrganization? = nil) throws -> String {
        var body: [JSON.Member] = [.init("name", .string(name))]
        if let organization { body.append(.init("organizationId", .string(organization.id))) }
        let answer = projects(.post, "", .object(body))
        try #require(answer.status == .created, "\(answer.json)")
        return try #require(answer.json["data"]?["id"]?.string)
    }

    /// The names on the first page of a list.
    func names(_ query: String = "") throws -> [String] {
        let answer = projects(.get, "?limit=100\(query)")
        try #require(answer.status == .ok, "\(answer.json)")
        return answer.values("name")
    }
}
