import Testing

@testable import Gatehouse

@Suite struct DeviceTests {
    private static let webKit = "AppleWebKit/537.36 (KHTML, like Gecko)"
    private static let safari = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
    private static let iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 (KHTML)"
    private static let known = [
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0": "Firefox on Linux",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(webKit) Chrome/142.0.0.0 Safari/537.36":
            "Chrome on Windows",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(webKit) Chrome/142.0 Safari/537.36 Edg/142.0":
            "Edge on Windows",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(safari) Version/18.1 Safari/605.1.15":
            "Safari on macOS",
        "\(iPhone) Version/18.1 Mobile/15E148 Safari/604.1":
            "Safari on iPhone",
        "\(iPhone) CriOS/142.0 Mobile/15E148 Safari/604.1":
            "Chrome on iPhone",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) \(webKit) Chrome/142.0 Mobile Safari/537.36":
            "Chrome on Android",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) \(webKit) SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36":
            "Samsung Internet on Android",
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) \(webKit) Chrome/142.0 Safari/537.36":
            "Chrome on ChromeOS",
        "curl/8.14.1": "curl", "Example/2.1 (iPhone; iOS 19.0)": "Example on iPhone",
        "python-requests/2.32.3": "python-requests",
    ]

    @Test(arguments: known)
    func `a device is described in words that its owner understands`(userAgent: String, name: String) {
        #expect(Device(userAgent: userAgent).name == name)
    }

    @Test(arguments: ["", "Mozilla/5.0", "(nothing)", "/1.0", "<script>alert(1)</script>", "名前/1.0", "a\u{202e}b/1"])
    func `an uninformative text is an unknown device`(userAgent: String) {
        #expect(Device(userAgent: userAgent).name == "Unknown device")
    }

    @Test func `a name invented by the client is kept short`() {
        #expect(Device(userAgent: String(repeating: "x", count: 500)).name.count == 40)
    }
}
