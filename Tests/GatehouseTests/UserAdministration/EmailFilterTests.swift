import Database
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// The filter `email` of lists of accounts.
@Suite struct EmailFilterTests {
    private static let addresses = [
        "ada@bücher.example", "ada@büro.example", "ada@bxx.example", "ada@例子.广告", "νίκος@παππάς.example",
        "ada@example.com",
        "adam@xylo.example", "ada@xülo.example",
    ]

    private let app: TestApplication
    private let admin: TestUser

    init() throws {
        app = try TestApplication()
        admin = try TestUser(in: app, email: "admin@elsewhere.example", role: "admin")
        for address in Self.addresses { _ = try TestAccount(in: app, email: address) }
    }

    private static let searches: [(typed: String, found: Set<String>)] = [
        ("ada@bücher.example", ["ada@bücher.example"]), ("ADA@BÜCHER.EXAMPLE", ["ada@bücher.example"]),
        ("ada@bu\u{308}cher", ["ada@bücher.example"]), ("ada@xn--bcher-kva.example", ["ada@bücher.example"]),
        ("ada@XN--BCHER-KVA.EX", ["ada@bücher.example"]), ("ada@xn--bch", ["ada@bücher.example"]),
        ("ada@bü", ["ada@bücher.example", "ada@büro.example"]),
        ("ada@b", ["ada@bücher.example", "ada@büro.example", "ada@bxx.example"]), ("ada@例", ["ada@例子.广告"]),
        ("ada@例子。广", ["ada@例子.广告"]), ("ada@ｂü", ["ada@bücher.example", "ada@büro.example"]),
        ("ΝΊΚΟΣ@ΠΑΠΠΆΣ", ["νίκος@παππάς.example"]), ("νίκος@παππάς.example", ["νίκος@παππάς.example"]),
        ("νίκ", ["νίκος@παππάς.example"]), ("adam", ["adam@xylo.example"]),
        ("ada@x", ["ada@bücher.example", "ada@büro.example", "ada@例子.广告", "ada@xülo.example"]),
        ("ada@", Set(addresses.filter { $0.hasPrefix("ada@") })), ("ada@%", []), ("ada@b_", []),
        ("ada@ｅxample。", ["ada@example.com"]), ("ada@ＥＸ", ["ada@example.com"]), ("adam@xylo．", ["adam@xylo.example"]),
        ("bücher", []),
        ("@bücher", []), ("ada@bücher.example.com", []), ("ada@bücher@", []), ("@", []),
    ]

    @Test(arguments: searches)
    func `an address is found by its beginning, in its own script and as A-labels`(
        typed: String, found: Set<String>
    ) throws {
        let encoded = typed.utf8.map { "%" + String(Int($0) + 0x100, radix: 16).suffix(2) }.joined()
        let listed = admin.send(.get, "/users?limit=100&email=\(encoded)")
        #expect(listed.status == .ok, "\(listed.json)")
        #expect(listed.values("email").sorted() == found.sorted())

        var filter = Administration.UserFilter(limit: 100)
        filter.emailPrefix = typed
        let command = try administration(of: app).listUsers(filter)
        #expect((command["data"]?.elements ?? []).compactMap { $0["email"]?.string }.sorted() == found.sorted())
    }

    @Test(arguments: ["page", "cursor"])
    func `each account appears in one part of the list`(position: String) throws {
        var (found, next) = ([String](), position == "page" ? "1" : "")
        for number in 1...10 {
            let part = admin.send(.get, "/users?email=ada%40&limit=2&\(position)=\(next)")
            found += part.values("email")
            next = position == "page" ? "\(number + 1)" : part.json["meta"]?["nextCursor"]?.string ?? ""
            if part.json["meta"]?["hasNextPage"] != true { break }
        }
        #expect(found.sorted() == Self.addresses.filter { $0.hasPrefix("ada@") }.sorted())
    }
}
