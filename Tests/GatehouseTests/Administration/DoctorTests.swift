import Testing

@testable import Gatehouse

@Suite struct DoctorTests {
    @Test func `the command to run the doctor as another account can be pasted into a shell`() {
        #expect(
            AccountCheck.command(
                as: "gatehouse", program: "/usr/lib/gatehouse/gatehouse", settingsFile: "/etc/gatehouse/it's here.env")
                    == """
                    runuser -u gatehouse -- env 'GATEHOUSE_CONFIG_FILE=/etc/gatehouse/it'\\''s here.env' \
                    /usr/lib/gatehouse/gatehouse doctor
                    """)
        #expect(
            AccountCheck.command(as: "www-data", program: "/opt/gatehouse", settingsFile: nil)
                == "runuser -u www-data -- /opt/gatehouse doctor")
    }

    @Test func `an error of a module's check is a fault`() throws {
        let context = CheckContext(
            settings: .defaults(of: []), masterKeys: .throwaway(), outbound: try .test(), db: nil)
        let check = ModuleCheck("shelves") { _ in throw JobFailure.permanent("no shelf") }
        let found = check.findings(context)
        #expect(found.map(\.check) == ["shelves"] && found.map(\.status) == [.fault])
        #expect(ModuleCheck("shelves") { _ in [.ok("shelves", "full")] }.findings(context).map(\.status) == [.ok])
    }

    @Test func `a binary log is a warning unless the account of the migrations has SUPER`() {
        #expect(TriggerChecks.binaryLog(.given).status == .ok)
        let lacking = TriggerChecks.binaryLog(.lacking)
        #expect(lacking.status == .warning)
        #expect(lacking.finding.hasSuffix("; the account of the migrations lacks SUPER"))
        #expect(lacking.advice?.contains("log_bin_trust_function_creators = 1") == true)
        let unknown = TriggerChecks.binaryLog(.unknown(because: "nobody has looked"))
        #expect(unknown.status == .warning)
        #expect(unknown.finding.hasSuffix("has SUPER is unknown, since nobody has looked"))
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("WORKER", "WORKERS", 1), ("AB", "BA", 2)])
    func `the distance of two names is the number of different characters`(left: String, right: String, distance: Int) {
        #expect(SettingNames.distance(left, right) == distance)
        #expect(SettingNames.distance(right, left) == distance)
    }
}
