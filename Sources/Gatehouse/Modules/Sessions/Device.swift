import Web

/// What a `User-Agent` field (RFC 9110, section 10.1.5) says about a device, in words that its owner recognises. Clients write
/// there what they like, so it is a hint and no proof.
struct Device {
    /// Such as `Firefox on Linux`, `curl` or `Unknown device`.
    let name: String

    /// Reads the field.
    init(userAgent: String) {
        let browser = Self.browsers.first { userAgent.containsBytes(of: $0.mark) }?.name
        let system = Self.systems.first { userAgent.containsBytes(of: $0.mark) }?.name
        name =
            switch (browser ?? Self.product(userAgent), system) {
            case (let program?, let system?): "\(program) on \(system)"
            case (let name?, nil), (nil, let name?): name
            case (nil, nil): "Unknown device"
            }
    }

    /// In this order: most browsers also name those that they descend from.
    private static let browsers = [
        (mark: "Edg", name: "Edge"), (mark: "OPR/", name: "Opera"), (mark: "SamsungBrowser/", name: "Samsung Internet"),
        (mark: "Firefox/", name: "Firefox"), (mark: "FxiOS/", name: "Firefox"), (mark: "CriOS/", name: "Chrome"),
        (mark: "Chrome/", name: "Chrome"), (mark: "Safari/", name: "Safari"),
    ]

    /// In this order: Android names Linux, and iPhones name Mac OS X.
    private static let systems = [
        (mark: "iPhone", name: "iPhone"), (mark: "iPad", name: "iPad"), (mark: "Android", name: "Android"),
        (mark: "CrOS", name: "ChromeOS"), (mark: "Windows", name: "Windows"), (mark: "Mac OS X", name: "macOS"),
        (mark: "Macintosh", name: "macOS"), (mark: "Linux", name: "Linux"),
    ]

    /// The name of the first product, such as `curl` of `curl/8.14.1`; what only begins like a browser names none.
    private static func product(_ userAgent: String) -> String? {
        let name = userAgent.unicodeScalars.prefix { $0 != "/" && $0 != " " && $0 != "(" }.prefix(longestName)
        let isWord =
            !name.isEmpty
            && name.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "-_.0123456789".unicodeScalars.contains($0))
            }
        return isWord && !userAgent.beginsWithBytes(of: "Mozilla") ? String(name) : nil
    }

    /// How much of a product's name is shown, in code points.
    private static let longestName = 40
}
