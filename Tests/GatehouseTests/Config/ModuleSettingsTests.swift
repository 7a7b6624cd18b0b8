import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct ModuleSettingsTests {
    private let modules: [any Module.Type] = [NameRules.self]

    private func program() throws -> Program { try Program(modules: modules) }

    private func faults(_ changes: [String: String]) -> [String]? {
        #expect(throws: SettingsError.self) { try TestApplication(changes, modules: modules) }?.faults
    }

    private func register(_ name: String, in app: TestApplication) -> Response {
        app.send(
            .post, "/api/v1/auth/register",
            ["email": "ada@example.com", "password": .string(TestAccount.password), "name": .string(name)])
    }

    @Test func `a module and its hooks read its settings`() throws {
        let app = try TestApplication(["GATEHOUSE_NAMES_LONGEST": "4"], modules: modules)
        #expect(app.send(.get, "/api/v1/name-rules").json["data"]?["longest"] == 4)
        #expect(register("Grace", in: app).errorCode == "NAME_TOO_LONG")
        #expect(register("Ada", in: app).status == .created)
    }

    @Test func `missing settings have their defaults, and the document needs none`() throws {
        let app = try TestApplication(modules: modules)
        #expect(app.send(.get, "/api/v1/name-rules").json["data"]?["longest"] == 50)
        #expect(try program().declaredRoutes().contains { $0.pattern == "/api/v1/name-rules" })
    }

    @Test func `a faulty setting of a module stops the start, and is reported with all others`() throws {
        #expect(
            faults(["GATEHOUSE_NAMES_LONGEST": "many", "GATEHOUSE_WORKERS": "0"]) == [
                "GATEHOUSE_WORKERS must be a whole number from 1 to 512, not \"0\".",
                "GATEHOUSE_NAMES_LONGEST must be a whole number from 1 to 100, not \"many\".",
            ])
        #expect(
            faults(["GATEHOUSE_NAMES_LONGEST": "81"]) == [
                "GATEHOUSE_NAMES_LONGEST above 80 needs GATEHOUSE_NAMES_TOKEN."
            ])
    }

    @Test func `settings of modules are listed with the program's, and may be in its file`() throws {
        let program = try program()
        let added = Set(program.settingNames.all).subtracting(Program.gatehouse.settingNames.all)
        #expect(added == ["GATEHOUSE_NAMES_LONGEST", "GATEHOUSE_NAMES_TOKEN"])
        let file = SettingsFile(Array("GATEHOUSE_NAMES_TOKEN=secret".utf8), program.settingNames)
        #expect(file.faults == [])
        let settings = Settings.survey(SettingSource([:], file: file), program.moduleSettings).settings
        #expect(settings.contains { $0.name == "GATEHOUSE_NAMES_TOKEN" && $0.value == "secret" && $0.isSecret })
    }

    @Test func `a setting of a missing module is unknown, and for a mistyped one the likely name is given`() throws {
        let own = Program.gatehouse.settingNames
        #expect(
            SettingsFile(Array("GATEHOUSE_NAMES_LONGEST=5".utf8), own).faults == [
                "line 1 of the settings file: there is no setting GATEHOUSE_NAMES_LONGEST."
            ])
        #expect(own.unheeded(in: ["GATEHOUSE_NAMES_LONGEST": "5"]).map(\.name) == ["GATEHOUSE_NAMES_LONGEST"])
        let names = try program().settingNames
        #expect(names.unheeded(in: ["GATEHOUSE_NAMES_LONGEST": "5"]).isEmpty)
        #expect(names.unheeded(in: ["GATEHOUSE_NAME_LONGEST": "5"]).first?.meant == "GATEHOUSE_NAMES_LONGEST")
    }

    @Test func `reading settings that no module declares is a fault of the program`() {
        let error = #expect(throws: UndeclaredSettings.self) { try TestApplication(modules: [Forgetful.self]) }
        #expect(error?.description == "no module of this program declares NameSettings among its settings")
    }
}

private struct Forgetful: Module {
    init(_ services: Services) throws { _ = try services.settings(NameSettings.self) }
}
