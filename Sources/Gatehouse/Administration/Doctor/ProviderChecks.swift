import FoundationEssentials
import Glibc
import Logging
import Web

/// Whether each provider answers, is who the settings say, has usable keys, and agrees on the time.
enum ProviderChecks {
    static func examine(_ settings: Settings) -> [Finding] {
        guard let providers = try? settings.ofModules(OAuthSettings.self).providers, !providers.isEmpty else {
            return []
        }
        // Open circuits of the running processes do not stop this.
        var ofOutbound = settings.outbound
        ofOutbound.circuitsFile = nil
        guard let outbound = try? Outbound(ofOutbound, log: Logger(label: "") { _ in SwiftLogNoOpLogHandler() }) else {
            return []
        }
        return providers.map { examine($0, outbound) }
    }

    /// The tolerated difference of the clocks in seconds: half of what tokens may differ by.
    private static let tolerance = IDToken.skew / 2

    private static func examine(_ provider: Provider, _ outbound: Outbound) -> Finding {
        let check = "provider \(provider.id)"
        do {
            let difference = try ask(provider, outbound)
            guard abs(difference) <= tolerance else {
                return .warning(
                    check, "its clock differs by \(Int(difference)) s from this machine's",
                    "Synchronise this machine's clock with NTP: tokens of the provider are valid for a short time.")
            }
            return .ok(
                check,
                provider.kind == .apple
                    ? "\(provider.issuer); each request has a new client secret, so none grows old" : provider.issuer)
        } catch let error as HTTPClientError {
            return .fault(
                check, "\(provider.issuer): \(error)",
                "Compare the issuer with the provider's documents; see whether this machine reaches it.")
        } catch {
            return .fault(
                check, "\(provider.issuer): its discovery document or its keys are not acceptable (\(error))",
                "The `issuer` in the document must equal the setting to the letter.")
        }
    }

    /// Asks a provider for what sign-ins need.
    /// - Returns: how far the provider's clock is ahead, in seconds.
    private static func ask(_ provider: Provider, _ outbound: Outbound) throws -> Double {
        let client = outbound.client(.providers, timeout: .seconds(5), largestBody: ProviderClient.largestAnswer)
        func get(_ url: String) throws -> (HTTPClient.Answer, JSON) {
            let answer = try client.get(url, headers: ["Accept": "application/json"])
            guard answer.status == 200, let json = try? JSON(parsing: answer.body) else {
                throw ProviderFailure.refused(.answer)
            }
            return (answer, json)
        }
        if provider.kind == .github {
            let metadata = ProviderMetadata(gitHub: provider.issuer)
            return ahead(try get(metadata.userInfoEndpoint ?? metadata.issuer).0)
        }
        let (answer, json) = try get(provider.discoveryURL)
        let metadata = try ProviderMetadata(json, of: provider) { outbound.allowsURL($0) }
        if let url = metadata.keysURL { _ = try ProviderKeys(get(url).1, metadata.algorithms) }
        return ahead(answer)
    }

    /// By the field `Date` (RFC 9110, section 6.6.1); 0 without it.
    private static func ahead(_ answer: HTTPClient.Answer) -> Double {
        guard let time = answer.headers["date"].flatMap({ seconds(of: $0) }) else { return 0 }
        return Double(time) - Date().timeIntervalSince1970
    }

    /// The seconds since 1970 of a time such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    static func seconds(of text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, let day = Int32(words[1]), let month = months.firstIndex(of: words[2]),
            let year = Int32(words[3]), (1970...9999).contains(year), words[5] == "GMT"
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3 else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, Int32(month), day)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (clock[0], clock[1], clock[2])
        return timegm(&parts)
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
