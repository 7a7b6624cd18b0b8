import Database
import Testing

@Suite struct DatabaseRightsTests {
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

    @Test func `all privileges include the necessary ones and too many others`() {
        let line = "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`"
        let rights = DatabaseRights(grants: [line], database: "gatehouse")
        #expect(rights.names.isSuperset(of: DatabaseRights.needed))
        #expect(rights.names.contains("DROP") && rights.isSuperuser)
    }

    @Test func `all privileges on one database do not make a superuser`() {
        let line = "GRANT ALL PRIVILEGES ON `gatehouse`.* TO `g`@`localhost`"
        let rights = DatabaseRights(grants: [line], database: "gatehouse")
        #expect(rights.names.contains("DROP") && !rights.isSuperuser)
    }
}
