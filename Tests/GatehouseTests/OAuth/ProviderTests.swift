import FoundationEssentials
import GatehouseTesting
import JOSE
import Testing
import Web

@testable import Gatehouse

/// What providers say of themselves and of their users, with their peculiarities.
@Suite struct ProviderTests {
    private static let discovery: JSON = [
        "issuer": "https://op.example.com", "authorization_endpoint": "https://op.example.com/authorize",
        "token_endpoint": "https://op.example.com/token", "jwks_uri": "https://op.example.com/keys",
        "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
    ]

    private func metadata(_ json: JSON, _ provider: Provider = .test()) throws(ProviderFailure) -> ProviderMetadata {
        try ProviderMetadata(json, of: provider) { $0.hasPrefix("https://") }
    }

    @Test func `a discovery document tells where to go`() throws {
        let found = try metadata(Self.discovery)
        #expect(found.authorizationEndpoint == "https://op.example.com/authorize")
        #expect(Set(found.algorithms) == [.rs256, .es256])
        #expect(!found.promisesIssuer && !found.authenticatesInBody)
        let other = try metadata(
            Self.discovery.with([
                "authorization_response_iss_parameter_supported": true,
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "id_token_signing_alg_values_supported": nil,
            ]))
        #expect(other.promisesIssuer && other.authenticatesInBody && other.algorithms == [.rs256])
    }

    @Test(arguments: [
        discovery.with(["issuer": "https://evil.example.com"]), discovery.with(["issuer": nil]),
        discovery.with(["issuer": "https://op.example.com/"]),
        discovery.with(["authorization_endpoint": nil]), discovery.with(["token_endpoint": nil]),
        discovery.with(["jwks_uri": nil]), discovery.with(["jwks_uri": "http://op.example.com/keys"]),
        discovery.with(["token_endpoint": "file:///etc/passwd"]), discovery.with(["token_endpoint": 7]),
        discovery.with(["userinfo_endpoint": "http://127.0.0.1/"]),
        discovery.with(["id_token_signing_alg_values_supported": ["none", "HS256"]]), [:], [1],
    ]) func `a discovery document that lacks something, or is another's, is refused`(json: JSON) {
        #expect(throws: ProviderFailure.self) { try metadata(json) }
    }

    @Test func `Microsoft's issuer is that of the user's tenant`() throws {
        let provider = Provider.test(.microsoft, issuer: "https://login.microsoftonline.com/common/v2.0")
        let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad"
        func issuer(_ tenant: String) -> String { "https://login.microsoftonline.com/\(tenant)/v2.0" }
        _ = try metadata(Self.discovery.with(["issuer": .string(issuer("{tenantid}"))]), provider)
        #expect(provider.accepts(issuer: issuer(tenant), ["tid": .string(tenant)]))
        #expect(!provider.accepts(issuer: issuer(UUID().uuidString.lowercased()), ["tid": .string(tenant)]))
        #expect(!provider.accepts(issuer: issuer(tenant), [:]))
        #expect(!provider.accepts(issuer: issuer("common"), ["tid": "common"]))
        let single = Provider.test(.microsoft, issuer: issuer(tenant))
        #expect(single.accepts(issuer: issuer(tenant), ["tid": .string(tenant)]))
        #expect(single.accepts(issuer: issuer(tenant), ["tid": .string(tenant.uppercased())]))
        #expect(!single.accepts(issuer: issuer(tenant), ["tid": .string(UUID().uuidString)]))
        #expect(!single.accepts(issuer: issuer(tenant), [:]))
        #expect(!single.accepts(issuer: issuer(UUID().uuidString.lowercased()), ["tid": .string(tenant)]))
        #expect(throws: ProviderFailure.refused(.issuer)) {
            try metadata(Self.discovery.with(["issuer": .string(issuer("{tenantid}"))]), single)
        }
    }

    @Test func `Microsoft's words for tenants mean organizations, personal accounts, or both`() throws {
        func issuer(_ tenant: String) -> String { "https://login.microsoftonline.com/\(tenant)/v2.0" }
        let personal = "9188040d-6c67-4c5b-b112-36a304b66dad"
        for (word, takesPersonal, takesOthers) in [
            ("common", true, true), ("organizations", false, true), ("consumers", true, false),
        ] {
            let provider = Provider.test(.microsoft, issuer: issuer(word))
            for (tenant, isTaken) in [(personal, takesPersonal), (Self.tenant, takesOthers)] {
                #expect(provider.accepts(issuer: issuer(tenant), ["tid": .string(tenant)]) == isTaken, "\(word)")
                #expect(provider.isTenantIssuer(issuer(tenant)) == isTaken, "\(word)")
            }
            // The document of `consumers` names its tenant; the others have a placeholder.
            #expect(provider.accepts(discoveredIssuer: issuer(personal)) == (word == "consumers"))
            #expect(!provider.accepts(discoveredIssuer: issuer(Self.tenant)))
        }
    }

    @Test func `an answer names the issuer of the provider, or of a tenant`() throws {
        let tenant = "https://login.microsoftonline.com/\(Self.tenant)/v2.0"
        let placeholder = Self.discovery.with(["issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"])
        let ofCommon = try metadata(placeholder, Self.common)
        #expect(Self.common.accepts(answeringIssuer: tenant, ofCommon) && Self.common.isTenantIssuer(tenant))
        for issuer in [
            "https://login.microsoftonline.com/x/v2.0", "https://login.microsoftonline.com/\(Self.tenant)/v2.0/",
            "https://login.microsoftonline.com/\(Self.tenant)", "https://evil.com/\(Self.tenant)/v2.0", "",
            "https://login.microsoftonline.com/../\(Self.tenant)/v2.0", "https://op.example.com",
        ] {
            #expect(!Self.common.accepts(answeringIssuer: issuer, ofCommon), "\(issuer)")
        }
        let other = "https://login.microsoftonline.com/\(UUID().uuidString.lowercased())/v2.0"
        let ofSingle = try metadata(Self.discovery.with(["issuer": .string(tenant)]), Self.single)
        #expect(Self.single.accepts(answeringIssuer: tenant, ofSingle))
        #expect(!Self.single.accepts(answeringIssuer: other, ofSingle))
        for base in ["https://github.com", "https://github.example.com"] {
            let (gitHub, ofGitHub) = (Provider.test(.github, issuer: base), ProviderMetadata(gitHub: base))
            #expect(gitHub.accepts(answeringIssuer: "\(base)/login/oauth", ofGitHub) && !ofGitHub.promisesIssuer)
            #expect(!gitHub.accepts(answeringIssuer: base, ofGitHub))
        }
    }

    private static let tenant = "11111111-2222-3333-4444-555555555555"
    private static let microsoft: JSON = [
        "tid": .string(tenant), "oid": "AAAAAAAA-2222-3333-4444-555555555555", "email": "ada@example.com",
        "iss": .string("https://login.microsoftonline.com/\(tenant)/v2.0"),
    ]
    private static let single = Provider.test(
        .microsoft, issuer: "https://login.microsoftonline.com/\(tenant)/v2.0")
    private static let common = Provider.test(.microsoft, issuer: "https://login.microsoftonline.com/common/v2.0")

    private static let addresses: [(Provider, JSON, Bool)] = [
        (.test(), ["email": "ada@example.com", "email_verified": true], true),
        (.test(), ["email": "ada@example.com", "email_verified": "true"], true),
        (.test(), ["email": "ada@example.com", "email_verified": false], false),
        (.test(), ["email": "ada@example.com", "email_verified": 1], false),
        (.test(), ["email": "ada@example.com"], false),
        (.test(), ["email": "not an address", "email_verified": true], false),
        (.test(), ["email": ["ada@example.com"], "email_verified": true], false),
        (.test(.google), ["email": "ada@gmail.com", "email_verified": true], true),
        (.test(.google), ["email": "ada@GMAIL.com", "email_verified": true], true),
        (.test(.google), ["email": "ada@gmail.com.example.com", "email_verified": true], false),
        (.test(.google), ["email": "ada@example.com", "email_verified": true], false),
        (.test(.google), ["email": "ada@example.com", "email_verified": true, "hd": "example.com"], true),
        (.test(.google), ["email": "ada@example.com", "email_verified": false, "hd": "example.com"], false),
        (common, microsoft, false), (common, microsoft.with(["email_verified": true]), false),
        (common, microsoft.with(["xms_edov": true]), true), (common, microsoft.with(["xms_edov": 1]), true),
        (common, microsoft.with(["xms_edov": "true"]), false), (common, microsoft.with(["xms_edov": "1"]), true),
        (common, microsoft.with(["xms_edov": "0"]), false),
        (common, microsoft.with(["xms_edov": false]), false),
        (single, microsoft, true), (single, microsoft.with(["acct": 1]), false),
        (single, microsoft.with(["acct": 0]), true), (single, microsoft.with(["idp": "live.com"]), false),
        (single, microsoft.with(["idp": microsoft["iss"]]), true),
    ]

    @Test(arguments: addresses) func `an address counts as verified where the provider has proved it`(
        provider: Provider, claims: JSON, isVerified: Bool
    ) throws {
        let profile = try ProviderProfile(claims, of: provider, subject: "s")
        #expect(profile.isEmailVerified == isVerified, "\(claims)")
    }

    @Test func `Microsoft's users are known by tenant and object, all others by subject`() throws {
        let profile = try ProviderProfile(Self.microsoft, of: Self.common, subject: "s")
        #expect(profile.subject == "\(Self.tenant).aaaaaaaa-2222-3333-4444-555555555555")
        for missing in [["oid": nil], ["tid": nil], ["oid": "x"]] as [KeyValuePairs<String, JSON?>] {
            #expect(throws: ProviderFailure.refused(.subject)) {
                try ProviderProfile(Self.microsoft.with(missing), of: Self.common, subject: "s")
            }
        }
        #expect(try ProviderProfile([:], of: .test(.google), subject: "s").subject == "s")
    }

    @Test func `a name is taken only if the API would take it`() throws {
        for (claims, name) in [
            (["name": "Ada Lovelace"], "Ada Lovelace"), (["name": "", "preferred_username": "ada"], "ada"),
            (["name": "a\u{200B}b"], nil), (["name": .string(String(repeating: "x", count: 101))], nil),
            (["name": 7], nil), ([:], nil),
        ] as [(JSON, String?)] {
            #expect(try ProviderProfile(claims, of: .test(), subject: "s").name == name)
        }
        let apple = try ProviderProfile([:], of: .test(.apple), subject: "s", name: "Grace Hopper")
        #expect(apple.name == "Grace Hopper")
    }

    @Test func `Apple has two issuers, Google a short one`() throws {
        let apple = Provider.test(.apple, issuer: "https://appleid.apple.com")
        #expect(apple.accepts(issuer: "https://account.apple.com", [:]))
        #expect(apple.accepts(issuer: "https://appleid.apple.com", [:]))
        #expect(!apple.accepts(issuer: "https://apple.com", [:]))
        for issuer in ["https://appleid.apple.com", "https://account.apple.com"] {
            let found = try metadata(Self.discovery.with(["issuer": .string(issuer)]), apple)
            #expect(apple.accepts(answeringIssuer: "https://account.apple.com", found))
            #expect(apple.accepts(answeringIssuer: "https://appleid.apple.com", found))
            #expect(!apple.accepts(answeringIssuer: "https://apple.com", found))
            #expect(throws: ProviderFailure.refused(.issuer)) {
                try metadata(Self.discovery.with(["issuer": .string(issuer)]))
            }
        }
        let google = Provider.test(.google, issuer: "https://accounts.google.com")
        #expect(google.accepts(issuer: "accounts.google.com", [:]))
        #expect(!google.accepts(issuer: "google.com", [:]))
    }

    @Test func `Apple's relay addresses are known as such`() throws {
        for (email, isRelayed) in [
            ("a1b2@privaterelay.appleid.com", true), ("a1b2@PrivateRelay.AppleID.com", true),
            ("a1b2@icloud.com", false), ("a1b2@privaterelay.appleid.com.example.com", false),
        ] {
            let profile = try ProviderProfile(["email": .string(email)], of: .test(.apple), subject: "s")
            #expect(profile.isRelayed == isRelayed, "\(email)")
        }
    }

    @Test func `a provider that hangs leaves room for the others, and all together for the other requests`() {
        let queue = ProviderQueue()
        #expect((0..<ProviderQueue.mostOfOne).allSatisfy { _ in queue.enter("a") })
        #expect(!queue.enter("a"))
        #expect((ProviderQueue.mostOfOne..<ProviderQueue.most).allSatisfy { _ in queue.enter("b") })
        #expect(!queue.enter("c"))
        queue.leave("a")
        #expect(queue.enter("c") && !queue.enter("a"))
    }

    @Test func `parameters are encoded, and added to a query`() {
        let parameters: FormParameters = ["a": "x y&z=ü", "b": ""]
        #expect(parameters.text == "a=x%20y%26z%3D%C3%BC&b=")
        #expect(parameters.added(to: "https://a.example.com/x") == "https://a.example.com/x?" + parameters.text)
        #expect(parameters.added(to: "https://a.example.com/x?y=1") == "https://a.example.com/x?y=1&" + parameters.text)
    }
}
