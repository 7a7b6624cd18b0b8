import Testing
import Web

@testable import Gatehouse

@Suite struct CookieTests {
    private let cookie = Cookie(name: "__Host-test", lifetime: 60)

    private func value(_ fields: String...) throws -> String? {
        try cookie.read(HTTPFields(fields.map { HTTPField(name: .cookie, value: $0) }))
    }

    @Test(arguments: [
        "__Host-test=a", "theme=dark; __Host-test=a", "a=b=c;__Host-test=a;last=", ";; __Host-test = a ;",
        "__Host-test\u{0301}=b; __Host-test=a", "\u{FF0C}__Host-test=b; \t__Host-test=a",
    ])
    func `a cookie is found by the bytes of its name`(field: String) throws {
        #expect(try value(field) == "a")
    }

    @Test func `a Greek question mark does not end a cookie`() throws {
        #expect(try value("theme=x\u{037E} __Host-test=b; __Host-test=a") == "a")
        #expect(try value("theme=x\u{037E} __Host-test=b") == nil)
    }

    @Test(arguments: [
        "", "__host-test=a", "x__Host-test=a", "__Host-test", "__Host-tes\u{0301}t=a", "\u{A0}__Host-test=a",
    ])
    func `a cookie of another name is ignored`(field: String) throws {
        #expect(try value(field) == nil)
    }

    @Test func `a cookie that comes twice is refused`() throws {
        #expect(throws: APIError.self) { try value("__Host-test=a; __Host-test=b") }
        #expect(throws: APIError.self) { try value("__Host-test=a; other=c; __Host-test=a") }
        #expect(throws: APIError.self) { try value("__Host-test=a", "__Host-test=b") }
        #expect(try value("other=a; other=b", "__Host-test=c") == "c")
    }
}
