import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct OAuthSettingsTests {
    private func read(_ values: [String: String]) -> (OAuthSettings, [String]) {
        var reader = SettingReader(SettingSource(values))
        let settings = OAuthSettings(from: &reader)
        return (settings, reader.faults)
    }

    @Test func `known providers need an id and a secret, others also their issuer`() throws {
        let (settings, faults) = read([
            "GATEHOUSE_PROVIDERS": "google,my-own", "GATEHOUSE_PROVIDER_GOOGLE_CLIENT_ID": "g",
            "GATEHOUSE_PROVIDER_GOOGLE_CLIENT_SECRET": "s", "GATEHOUSE_PROVIDER_MY_OWN_CLIENT_ID": "m",
            "GATEHOUSE_PROVIDER_MY_OWN_CLIENT_SECRET": "t",
            "GATEHOUSE_PROVIDER_MY_OWN_ISSUER": "https://op.example.com/realms/x",
            "GATEHOUSE_PROVIDER_MY_OWN_NAME": "My Own", "GATEHOUSE_PROVIDER_MY_OWN_SCOPES": "openid email",
        ])
        #expect(faults == [])
        #expect(settings.providers.map(\.name) == ["Google", "My Own"])
        #expect(settings.providers.map(\.issuer) == ["https://accounts.google.com", "https://op.example.com/realms/x"])
        #expect(settings.providers.map(\.scopes) == ["openid profile email", "openid email"])
    }

    @Test func `what is missing or faulty is told`() {
        let (_, faults) = read([
            "GATEHOUSE_PROVIDERS": "acme,apple", "GATEHOUSE_PROVIDER_ACME_ISSUER": "ftp://op.example.com",
            "GATEHOUSE_PROVIDER_APPLE_PRIVATE_KEY": "AAAA", "GATEHOUSE_PROVIDER_APPLE_CLIENT_ID": "c",
            "GATEHOUSE_PROVIDER_APPLE_TEAM_ID": "t", "GATEHOUSE_PROVIDER_APPLE_KEY_ID": "k",
        ])
        for word in [
            "GATEHOUSE_PROVIDER_ACME_ISSUER must", "GATEHOUSE_PROVIDER_ACME_CLIENT_ID is required",
            "GATEHOUSE_PROVIDER_ACME_CLIENT_SECRET is required", "GATEHOUSE_PROVIDER_APPLE_PRIVATE_KEY must",
        ] { #expect(faults.contains { $0.contains(word) }, "\(word): \(faults)") }
        #expect(faults.allSatisfy { !$0.contains("AAAA") })
    }

    @Test(arguments: ["Google", "a_b", "1a", "-a", "a,a", "a,", "", String(repeating: "a", count: 33), "a b"])
    func `a name of a provider fits into paths and settings`(text: String) {
        #expect(SettingKind<[String]>.providerNames.parse(text) == nil)
    }

    @Test func `a settings file may have the settings of any provider, and no misspelled ones`() {
        let names = Program.gatehouse.settingNames
        #expect(SettingsFile(Array("GATEHOUSE_PROVIDER_ACME_CLIENT_ID=x".utf8), names).faults == [])
        for name in ["GATEHOUSE_PROVIDER_ACME_CLIENTID", "GATEHOUSE_PROVIDER_CLIENT_ID", "GATEHOUSE_PROVIDER__NAME"] {
            #expect(SettingsFile(Array("\(name)=x".utf8), names).faults.count == 1, "\(name)")
        }
        #expect(names.unheeded(in: ["GATEHOUSE_PROVIDER_ACME_CLIENT_ID": "x"]).isEmpty)
    }

    @Test func `an account with an identity at a provider that is switched on can be signed in to`() throws {
        let app = try TestApplication()
        let db = app.database.connection()
        _ = try TestAccount(in: app)
        let id = try app.value("SELECT id FROM users", as: UInt64.self)
        try db.execute("UPDATE users SET password_hash = NULL")
        try db.execute("INSERT INTO identities (user_id, provider, subject) VALUES (\(id), 'google', 's')")
        for (providers, expected) in [(["google"], [id]), (["github"], []), ([], []), (["github", "google"], [id])] {
            let rule = SignInRule(requiresVerifiedEmail: true, providers: providers)
            #expect(try UserRepository.whereSomebodyCanSignIn([id], by: rule, in: db) == expected, "\(providers)")
        }
    }
}
