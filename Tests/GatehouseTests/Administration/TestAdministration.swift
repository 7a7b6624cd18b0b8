import GatehouseTesting
import Web

@testable import Gatehouse

/// The commands of an operator on the application of a test, with their own connection.
/// - Parameter settings: settings that differ from those of every test.
func administration(of app: TestApplication, _ settings: [String: String] = [:]) throws -> Administration {
    let given = try TestApplication.settings(for: app.database).merging(settings) { _, new in new }
    return try Administration(Settings.load(from: SettingSource(given), app.program.moduleSettings), app.program)
}

extension Administration {
    /// Makes an active administrator and returns the id.
    func makeAdministrator(_ email: String) throws -> String? {
        let new = NewUser(email: email, name: "Grace Hopper", role: "admin", isVerified: true, password: nil)
        return try createUser(new)["data"]?["id"]?.string
    }
}
