import Testing

@testable import Gatehouse

@Suite struct DoctorTests {
    @Test func `the command to examine as another account can be pasted into a shell`() {
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

    @Test(arguments: [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("WORKER", "WORKERS", 1), ("AB", "BA", 2)])
    func `the distance of two names is what must be typed differently`(left: String, right: String, distance: Int) {
        #expect(SettingNames.distance(left, right) == distance)
        #expect(SettingNames.distance(right, left) == distance)
    }
}
