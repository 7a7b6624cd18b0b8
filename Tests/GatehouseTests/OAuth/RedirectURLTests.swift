import Testing

@testable import Gatehouse

/// Where a browser may return (RFC 9700, section 2.1; RFC 8252).
@Suite struct RedirectURLTests {
    private let urls = RedirectURLs(
        registered: [
            "https://app.example.com/signed-in", "https://app.example.com:8443/", "http://127.0.0.1/callback",
            "http://[::1]:7777/callback", "com.example.app:/callback",
        ].compactMap { RedirectURL($0) }, publicURL: "https://id.example.com")

    @Test func `every registered URL of the test is one`() {
        #expect(urls.registered.count == 5)
    }

    @Test(arguments: [
        "https://app.example.com/signed-in", "HTTPS://APP.example.com:443/signed-in",
        "https://app.example.com:0443/signed-in", "https://app.example.com:8443", "https://app.example.com:8443/",
        "http://127.0.0.1:51234/callback", "http://127.0.0.1/callback", "http://[::1]:51234/callback",
        "com.example.app:/callback", "COM.example.app:/callback", "https://id.example.com/sign-in",
        "https://id.example.com/", "https://id.example.com", "HTTPS://ID.example.com:443/sign-in",
    ]) func `these are admitted`(url: String) {
        #expect(urls.admit(url))
    }

    @Test(arguments: [
        "", "https://app.example.com", "https://app.example.com/signed-in/", "https://app.example.com/Signed-in",
        "https://app.example.com/signed-in?x=1", "https://app.example.com/signed-in#x",
        "https://app.example.com/signed-in?", "https://app.example.com/signed-in/../signed-in",
        "http://app.example.com/signed-in", "https://app.example.com:8444/",
        "https://app.example.com@evil.com/signed-in",
        "https://evil.com/app.example.com/signed-in", "https://app.example.com.evil.com/signed-in",
        "https://app.example.com\\@evil.com/signed-in", "https://evil.com\\.app.example.com/signed-in",
        "//app.example.com/signed-in", "/signed-in", "https:/app.example.com/signed-in",
        "https:app.example.com/signed-in", "http://127.0.0.1:51234/other", "http://127.0.0.1.evil.com/callback",
        "http://127.1/callback", "http://localhost/callback", "http://[::1]:51234/other", "https://127.0.0.1/callback",
        "com.example.app:/callback/", "com.example.app:callback", "com.example.app2:/callback",
        "com.example.app://callback", "javascript:/callback", "javascript:alert(1)", "data:text/html,x",
        "https://id.example.com/%61pi/v1/users/me", "https://id.example.com/%2e%2e/api/",
        "http://id.example.com/sign-in", "https://id.example.com/api/v1/users/me", "https://id.example.com//evil.com",
        "https://id.example.com/../api/", "https://id.example.com/.well-known/x",
        "https://id.example.com/sign-in?next=/",
        "https://id.example.com.evil.com/", "https://id.example.com:8443/sign-in",
        "https://user@id.example.com/sign-in",
        "https://app.example.com/signed-in\n", " https://app.example.com/signed-in",
        "https://app.example.com/signed-in ",
        "https://äpp.example.com/signed-in",
    ]) func `these are not`(url: String) {
        #expect(!urls.admit(url))
    }

    @Test func `a setting of redirect URLs needs nothing but such URLs`() {
        let kind = SettingKind<[RedirectURL]>.redirectURLs
        #expect(kind.parse("https://a.example.com/x,com.example.app:/y")?.count == 2)
        for text in ["", "https://a.example.com/x,", "http://a.example.com/", "https://*.example.com/", "app:/x", "x"] {
            #expect(kind.parse(text) == nil, "\(text)")
        }
    }
}
