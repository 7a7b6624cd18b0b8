import FoundationEssentials
import GatehouseTesting
import Testing

@testable import Database

@Suite struct MigrationScriptTests {
    @Test(arguments: [
        ("", []), (" \n;;-- only this\n/* ; */ # ; \n", []),
        ("DO 1", ["DO 1"]), ("DO 1;\n-- a; b\nDO 2 ;", ["DO 1", "DO 2 "]),
        (
            #"INSERT INTO t VALUES ('a;''b\';c', "d;""e", `f;`);DO 2"#,
            [#"INSERT INTO t VALUES ('a;''b\';c', "d;""e", `f;`)"#, "DO 2"]
        ),
        ("DO 1--1; DO 2", ["DO 1--1", "DO 2"]), ("DO 1 --", ["DO 1 --"]), ("DO 'open; DO 2", ["DO 'open; DO 2"]),
        ("DO 1 /* open; DO 2", ["DO 1 /* open; DO 2"]),
        (
            "CREATE TRIGGER t BEFORE INSERT ON n FOR EACH ROW SIGNAL SQLSTATE '45000'; DO 2",
            ["CREATE TRIGGER t BEFORE INSERT ON n FOR EACH ROW SIGNAL SQLSTATE '45000'", "DO 2"]
        ),
        (
            """
            create or replace trigger t before insert on n for each row begin
                if new.id < 0 then set @a = case new.id when 1 then 2 end; end if;
                case new.id when 1 then set @b = 1; else begin set @b = 2; end; end case;
                while @b > 0 do set @b = @b - 1; end while;
            end; DO 2;
            """,
            [
                """
                create or replace trigger t before insert on n for each row begin
                    if new.id < 0 then set @a = case new.id when 1 then 2 end; end if;
                    case new.id when 1 then set @b = 1; else begin set @b = 2; end; end case;
                    while @b > 0 do set @b = @b - 1; end while;
                end
                """, "DO 2",
            ]
        ),
        (
            "CREATE TRIGGER t BEFORE DELETE ON n FOR EACH ROW IF OLD.a THEN DO 1; ELSEIF b THEN DO 2; END IF; DO 3",
            [
                "CREATE TRIGGER t BEFORE DELETE ON n FOR EACH ROW IF OLD.a THEN DO 1; ELSEIF b THEN DO 2; END IF",
                "DO 3",
            ]
        ),
        (
            "CREATE TRIGGER t BEFORE DELETE ON n FOR EACH ROW IF (OLD.a > 1) THEN SIGNAL SQLSTATE '45'; END IF; DO 2",
            [
                "CREATE TRIGGER t BEFORE DELETE ON n FOR EACH ROW IF (OLD.a > 1) THEN SIGNAL SQLSTATE '45'; END IF",
                "DO 2",
            ]
        ),
        (
            "CREATE PROCEDURE p() SET @a = IF(1, REPEAT('x', 2), 3); DO 2",
            ["CREATE PROCEDURE p() SET @a = IF(1, REPEAT('x', 2), 3)", "DO 2"]
        ),
        ("BEGIN NOT ATOMIC DO 1; DO 2; END; DO 3", ["BEGIN NOT ATOMIC DO 1; DO 2; END", "DO 3"]),
        ("CREATE TABLE `begin` (`case` INT); DO 2", ["CREATE TABLE `begin` (`case` INT)", "DO 2"]),
    ])
    func `a semicolon ends a statement where the server says so`(text: String, statements: [String]) {
        #expect(MigrationScript.statements(of: text) == statements)
    }

    @Test func `every file of this program runs, and its revert undoes it`() throws {
        let schema = try TestDatabase(isMigrated: true)
        let connection = schema.connection()
        let migrator = try Migrator([MigrationFolder(TestDatabase.migrations)], connection: connection)
        try migrator.down(steps: try Migrator.applied(on: connection).count)
        #expect(try connection.all("SHOW TABLES", as: String.self) == ["schema_migrations"])
        try migrator.up()
    }
}
