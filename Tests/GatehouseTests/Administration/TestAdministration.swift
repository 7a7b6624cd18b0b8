import GatehouseTesting
import Web

@testable import Gatehouse

/// What an operator does to the application of a test, on a connection of its own.
func administration(of app: TestApplication) throws -> Administration {
    Administration(try Settings.load(from: SettingSource(try TestApplication.settings(for: app.database))))
}

extension Administration {
    /// Makes an active administrator and answers the id.
    func makeAdministrator(_ email: String) throws -> String? {
        let new = NewUser(email: email, name: "Grace Hopper", role: "admin", isVerified: true, password: nil)
        return try createUser(new)["data"]?["id"]?.string
    }
}
