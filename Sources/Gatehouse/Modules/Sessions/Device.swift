import Web

/// A device as described by a `User-Agent` field (RFC 9110, section 10.1.5), in words that its owner recognises.
/// Clients can write anything there, so it is a hint and not a proof.
struct Device {
    /// Known browsers, in the order of the search: most also name those from which they descend.
    enum Browser: String, CaseIterable {
        case edge = "Edge"
        case opera = "Opera"
        case samsung = "Samsung Internet"
        case firefox = "Firefox"
        case chrome = "Chrome"
        case safari = "Safari"

        fileprivate var marks: [String] {
            switch self {
            case .edge: ["Edg"]
            case .opera: ["OPR/"]
            case .samsung: ["SamsungBrowser/"]
            case .firefox: ["Firefox/", "FxiOS/"]
            case .chrome: ["CriOS/", "Chrome/"]
            case .safari: ["Safari/"]
            }
        }
    }

    /// Known systems, in the order of the search: Android names Linux, and iPhones name Mac OS X.
    enum System: String, CaseIterable {
        case iPhone
        case iPad
        case android = "Android"
        case chromeOS = "ChromeOS"
        case windows = "Windows"
        case macOS
        case linux = "Linux"

        fileprivate var marks: [String] {
            switch self {
            case .iPhone: ["iPhone"]
            case .iPad: ["iPad"]
            case .android: ["Android"]
            case .chromeOS: ["CrOS"]
            case .windows: ["Windows"]
            case .macOS: ["Mac OS X", "Macintosh"]
            case .linux: ["Linux"]
            }
        }
    }

    private let browser: Browser?
    private let system: System?
    private let product: String?

    /// Reads the field.
    init(userAgent: String) {
        browser = Browser.allCases.first { $0.marks.contains { userAgent.containsBytes(of: $0) } }
        system = System.allCases.first { $0.marks.contains { userAgent.containsBytes(of: $0) } }
        product = Self.product(userAgent)
    }

    /// Such as `Firefox on Linux`, `curl` or `Unknown device`.
    var name: String {
        switch (browser?.rawValue ?? product, system?.rawValue) {
        case (let program?, let system?): "\(program) on \(system)"
        case (let name?, nil), (nil, let name?): name
        case (nil, nil): "Unknown device"
        }
    }

    /// The same in fixed words of our own, for mails; `nil` if none fit.
    var inMails: MailText? {
        switch (browser, system) {
        case (let browser?, let system?): "\(browser) on \(system)"
        case (let browser?, nil): "\(browser)"
        case (nil, let system?): "\(system)"
        case (nil, nil): nil
        }
    }

    /// The name of the first product, such as `curl` of `curl/8.14.1`; `nil` for a text that only begins like a
    /// browser's.
    private static func product(_ userAgent: String) -> String? {
        let name = userAgent.unicodeScalars.prefix { $0 != "/" && $0 != " " && $0 != "(" }.prefix(longestName)
        let isWord =
            !name.isEmpty
            && name.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "-_.0123456789".unicodeScalars.contains($0))
            }
        return isWord && !userAgent.beginsWithBytes(of: "Mozilla") ? String(name) : nil
    }

    /// The shown part of a product's name, in code points.
    private static let longestName = 40
}
