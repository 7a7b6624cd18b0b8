import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct ProjectListTests {
    private let app: TestApplication
    private let ada: Person
    private let eve: Person
    /// An organization that both belong to, one of Ada's, and one of Eve's.
    private let shared: TestOrganization
    private let adas: TestOrganization
    private let eves: TestOrganization

    init() throws {
        app = try TestApplication()
        ada = try Person("ada", in: app)
        eve = try Person("eve", in: app)
        shared = try TestOrganization(by: eve, slug: "shared")
        try shared.add(ada, as: .viewer)
        adas = try TestOrganization(by: ada, slug: "adas")
        eves = try TestOrganization(by: eve, slug: "eves")
    }

    /// Makes projects of everybody, in every state, with repeated times and names.
    private func fill() throws {
        let db = app.database.connection()
        let (ada, eve) = (try ada.internalID(), try eve.internalID())
        let organizations = try [shared, adas, eves].map { Tenant.organization(try $0.internalID()) }
        for tenant in [.user(ada), .user(eve)] + organizations {
            try db.execute(
                """
                INSERT INTO projects
                    (public_id, user_id, organization_id, owner_id, name, description, status, created_at, updated_at,
                     deleted_at)
                SELECT UUID(), \(tenant.userID), \(tenant.organizationID),
                       COALESCE(\(tenant.userID), ELT(1 + seq % 3, \(ada), \(eve), NULL)),
                       ELT(1 + seq % 5, 'Éclair', 'eclair', 'Zebra', 'apple', 'Banana'), '',
                       ELT(1 + seq % 3, 'draft', 'active', 'archived'),
                       '2026-01-01' + INTERVAL seq * 7 % 11 MICROSECOND, '2026-02-01' + INTERVAL seq * 5 % 13 SECOND,
                       IF(seq % 4 = 0, '2026-11-01', NULL)
                FROM seq_1_to_30
                """)
        }
    }

    /// Filters of a request with their values, and their meaning in SQL.
    private func condition(_ filters: [String]) throws -> (query: String, condition: SQL) {
        var query = ""
        let organizations = try [shared, adas].map { try $0.internalID() }
        var condition: SQL = "(user_id = \(try ada.internalID()) OR organization_id IN (\(list: organizations)))"
        if !filters.contains("deleted") { condition += " AND deleted_at IS NULL" }
        for filter in filters {
            switch filter {
            case "status":
                query += "&status=active"
                condition += " AND status = 'active'"
            case "organizationId":
                query += "&organizationId=\(shared.id)"
                condition += " AND organization_id = \(try shared.internalID())"
            case "ownerId":
                query += "&ownerId=\(eve.id)"
                condition += " AND owner_id = \(try eve.internalID())"
            case "deleted":
                query += "&deleted=true"
                condition += " AND deleted_at IS NOT NULL"
            default: Issue.record("this test does not cover the filter \(filter)")
            }
        }
        return (query, condition)
    }

    private func order(_ sort: String, _ direction: String) throws -> SQL {
        switch (sort, direction) {
        case ("createdAt", "asc"): "created_at, id"
        case ("createdAt", "desc"): "created_at DESC, id DESC"
        case ("name", "asc"): "name, id"
        case ("name", "desc"): "name DESC, id DESC"
        case ("updatedAt", "asc"): "updated_at, id"
        case ("updatedAt", "desc"): "updated_at DESC, id DESC"
        default: try #require(nil, "this test does not cover the sort \(sort)")
        }
    }

    /// The combinations that the document declares for the list.
    private func combinations() -> [(filters: [String], sorts: [String])] {
        let document = app.send(.get, "/api/v1/openapi.json").json
        let list = document["paths"]?["/api/v1/projects"]?["get"]
        func words(_ json: JSON?) -> [String] { (json?.elements ?? []).compactMap(\.string) }
        return (list?["x-combinations"]?.elements ?? []).map { (words($0["filters"]), words($0["sortBy"])) }
    }

    @Test func `each declared pair is returned in order, by number and by cursor`() throws {
        try fill()
        var tried = 0
        for (filters, sorts) in combinations() where !filters.contains("q") {
            let (query, condition) = try condition(filters)
            for sort in sorts {
                for direction in ["asc", "desc"] {
                    let expected = try app.database.connection().all(
                        "SELECT public_id FROM projects WHERE \(condition) ORDER BY \(order(sort, direction))",
                        as: UUID.self
                    ).map { $0.uuidString.lowercased() }
                    #expect(!expected.isEmpty, "\(filters) find nothing")
                    let list = "?limit=7&sortBy=\(sort)&sortOrder=\(direction)\(query)"
                    #expect(pages(list, total: expected.count) == expected, "by number: \(list)")
                    #expect(parts(list) == expected, "by cursor: \(list)")
                    tried += 1
                }
            }
        }
        #expect(tried == 2 * 2 * (4 * 3 + 2))
    }

    /// The ids of a whole list, page by page.
    private func pages(_ list: String, total: Int) -> [String] {
        var found: [String] = []
        for page in 1...max(1, (total + 6) / 7) {
            let answer = ada.projects(.get, "\(list)&page=\(page)")
            #expect(answer.json["meta"]?["total"] == .integer(total))
            found += answer.values("id")
        }
        return found
    }

    /// The ids of a whole list, cursor by cursor.
    private func parts(_ list: String) -> [String] {
        var found: [String] = []
        var cursor: String? = ""
        while let next = cursor, found.count < 1000 {
            let answer = ada.projects(.get, "\(list)&cursor=\(next)")
            found += answer.values("id")
            cursor = answer.json["meta"]?["nextCursor"]?.string
        }
        return found
    }

    @Test func `the default order is newest first`() throws {
        for name in ["one", "two"] {
            try ada.create(name)
            try ada.create("\(name) shared", in: adas)
        }
        #expect(try ada.names() == ["two shared", "two", "one shared", "one"])
    }

    @Test(arguments: [
        "status=draft&ownerId=01935c1e-8a00-7c3d-9e4f-2b6a71d0c518",
        "ownerId=01935c1e-8a00-7c3d-9e4f-2b6a71d0c518&sortBy=name",
        "q=engine&status=draft", "q=engine&deleted=true", "q=engine&sortBy=name",
    ])
    func `a combination without an index is refused`(query: String) {
        #expect(ada.projects(.get, "?\(query)").errorCode == "VALIDATION_ERROR")
    }

    @Test func `an unknown organization or owner has no projects`() throws {
        try ada.create("Engine")
        #expect(try ada.names("&organizationId=\(UUID.v7())").isEmpty)
        #expect(try ada.names("&ownerId=\(UUID.v7())").isEmpty)
    }

    @Test func `a search finds words by their beginnings, in the order of the words`() throws {
        for name in ["Éclair au café", "ECLIPSE watch", "The eclectic one", "Watch, Éclair!", "Declare"] {
            try ada.create(name)
        }
        #expect(
            try ada.names("&q=ecl") == ["Éclair au café", "Watch, Éclair!", "The eclectic one", "ECLIPSE watch"])
        #expect(try ada.names("&q=%C3%89CLA") == ["Éclair au café", "Watch, Éclair!"])
        #expect(try ada.names("&q=e%CC%81cla") == ["Éclair au café", "Watch, Éclair!"])
        #expect(try ada.names("&q=CAFE") == ["Éclair au café"])
        #expect(try ada.names("&q=wat%20ecl") == ["ECLIPSE watch", "Watch, Éclair!"])
        for nothing in ["lair", "%25%25", "__", "--"] {
            #expect(try ada.names("&q=\(nothing)").isEmpty, "\(nothing)")
        }
    }

    @Test func `a search covers every organization of the caller, or one`() throws {
        try eve.create("Engine two", in: shared)
        try ada.create("Engine three", in: adas)
        try ada.create("Engine one")
        try eve.create("Engine four", in: eves)
        try eve.create("Engine five")
        #expect(try ada.names("&q=engine") == ["Engine two", "Engine three", "Engine one"])
        #expect(try ada.names("&q=engine&organizationId=\(shared.id)") == ["Engine two"])
        #expect(try ada.names("&q=engine&organizationId=\(eves.id)").isEmpty)
        #expect(parts("?limit=1&q=engine").count == 3)
    }

    @Test func `a search reflects every change`() throws {
        let id = try ada.create("Difference Engine")
        #expect(ada.projects(.patch, "/\(id)", ["name": "Analytical Engine"]).status == .ok)
        #expect(try ada.names("&q=difference").isEmpty)
        #expect(try ada.names("&q=analytical") == ["Analytical Engine"])
        #expect(ada.projects(.delete, "/\(id)").status == .noContent)
        #expect(try ada.names("&q=engine").isEmpty)
        #expect(ada.projects(.post, "/\(id)/restore").status == .ok)
        #expect(try ada.names("&q=engine") == ["Analytical Engine"])
    }
}
