import FoundationEssentials
import Web

extension ModuleCheck {
    /// Whether each provider answers, is who the settings say, has usable keys, and agrees on the time.
    static let providers = ModuleCheck("providers") { context in
        try context.settings(OAuthSettings.self).providers.map { ProviderCheck.examine($0, context.outbound) }
    }
}

/// The check of one provider.
enum ProviderCheck {
    /// The tolerated difference of the clocks in seconds: half of what tokens may differ by.
    private static let tolerance = IDToken.skew / 2

    static func examine(_ provider: Provider, _ outbound: Outbound) -> Finding {
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
                    ? "\(provider.issuer); each request has a new client secret, so none expires" : provider.issuer)
        } catch ProviderFailure.unavailable(let reason) {
            return .fault(
                check, "\(provider.issuer): \(reason)",
                "Compare the issuer with the provider's documents; see whether this machine reaches it.")
        } catch {
            let reason = if case ProviderFailure.refused(let reason) = error { reason.rawValue } else { "\(error)" }
            return .fault(
                check, "\(provider.issuer): its discovery document or its keys are not acceptable (\(reason))",
                "The `issuer` in the document must equal the setting to the letter.")
        }
    }

    /// Asks a provider for what sign-ins need.
    /// - Returns: how far the provider's clock is ahead, in seconds.
    private static func ask(_ provider: Provider, _ outbound: Outbound) throws -> Double {
        let requests = ProviderRequests(provider, outbound, log: outbound.log)
        if provider.kind == .github {
            let metadata = ProviderMetadata(gitHub: provider.issuer)
            return ahead(try requests.get(metadata.userInfoEndpoint ?? metadata.issuer))
        }
        let answer = try requests.get(provider.discoveryURL)
        let metadata = try requests.metadata(answer.object())
        if let url = metadata.keysURL {
            let keys = try ProviderKeys(requests.get(url).object(), metadata.algorithms)
            guard !keys.isEmpty else { throw ProviderFailure.refused(.signature) }
        }
        return ahead(answer)
    }

    /// By the field `Date` (RFC 9110, section 6.6.1); 0 without it.
    private static func ahead(_ answer: HTTPClient.Answer) -> Double {
        guard let time = answer.headers["date"].flatMap({ HTTPDate.parse($0) }) else { return 0 }
        return time.timeIntervalSinceNow
    }
}
