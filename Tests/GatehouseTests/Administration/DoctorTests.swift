import Testing

@testable import Gatehouse

@Suite struct DoctorTests {
    @Test(arguments: [
        ("GRANT SELECT, INSERT ON `gatehouse`.* TO `g`@`localhost`", ["INSERT", "SELECT"]),
        ("GRANT SELECT ON `gate\\_house`.* TO `g`@`localhost`", []),
        ("GRANT SELECT ON `other`.* TO `g`@`localhost`", []),
        ("GRANT SELECT ON `gatehouse`.`users` TO `g`@`localhost`", []),
        ("GRANT DELETE, CREATE VIEW ON *.* TO `g`@`%` IDENTIFIED BY PASSWORD '*0'", ["CREATE VIEW", "DELETE"]),
        ("GRANT `role` TO `g`@`localhost`", []), ("SET DEFAULT ROLE `role` FOR `g`@`localhost`", []),
    ])
    func `rights are read from the lines about this database or all`(line: String, expected: [String]) {
        #expect(DatabaseRights(grants: [line], database: "gatehouse").names.sorted() == expected)
    }

    @Test func `an underscore in a database's name may be escaped`() {
        let line = "GRANT UPDATE ON `gate\\_house`.* TO `g`@`localhost`"
        #expect(DatabaseRights(grants: [line], database: "gate_house").names == ["UPDATE"])
    }

    @Test func `all privileges are those that are needed and those that are too many`() {
        let line = "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`"
        let rights = DatabaseRights(grants: [line], database: "gatehouse")
        #expect(rights.names.isSuperset(of: DatabaseRights.needed))
        #expect(rights.names.contains("DROP"))
    }

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
