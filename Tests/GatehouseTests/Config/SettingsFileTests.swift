import Testing

@testable import Gatehouse

@Suite struct SettingsFileTests {
    private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

    private func file(_ text: String) -> SettingsFile {
        SettingsFile(Array(text.utf8))
    }

    @Test(arguments: ["\n", "\r\n"])
    func `every line is read, with any line ending`(end: String) {
        let lines = [
            "# a comment", "GATEHOUSE_WORKERS=8", "", " \t", "GATEHOUSE_SMTP_HOST=mail",
            "GATEHOUSE_MAIL_FROM=a@b.example",
        ]
        for last in [end, ""] {
            let read = file(lines.joined(separator: end) + last)
            #expect(read.faults == [])
            #expect(
                read.values == [
                    "GATEHOUSE_WORKERS": "8", "GATEHOUSE_SMTP_HOST": "mail", "GATEHOUSE_MAIL_FROM": "a@b.example",
                ])
        }
    }

    @Test func `a byte order mark costs no setting`() {
        let read = SettingsFile(Self.mark + Array("GATEHOUSE_WORKERS=8\r\nGATEHOUSE_SMTP_PORT=25\r".utf8))
        #expect(read.faults == [])
        #expect(read.values == ["GATEHOUSE_WORKERS": "8", "GATEHOUSE_SMTP_PORT": "25"])
    }

    @Test(arguments: [
        ("GATEHOUSE_MAIL_FROM_NAME=The Gate", "The Gate"), ("  GATEHOUSE_MAIL_FROM_NAME = The Gate \t", "The Gate"),
        ("export GATEHOUSE_MAIL_FROM_NAME=a", "a"), ("\texport \t GATEHOUSE_MAIL_FROM_NAME=a", "a"),
        ("GATEHOUSE_MAIL_FROM_NAME=\"The Gate\"", "The Gate"), ("GATEHOUSE_MAIL_FROM_NAME=' The Gate '", " The Gate "),
        ("GATEHOUSE_MAIL_FROM_NAME='\"'", "\""), ("GATEHOUSE_MAIL_FROM_NAME=\"it's\"", "it's"),
        ("GATEHOUSE_MAIL_FROM_NAME='a # b'", "a # b"), ("GATEHOUSE_MAIL_FROM_NAME=\"#1\"", "#1"),
        ("GATEHOUSE_MAIL_FROM_NAME='a\\'", "a\\"), ("GATEHOUSE_MAIL_FROM_NAME=a#b", "a#b"),
        ("GATEHOUSE_MAIL_FROM_NAME=a\"b'c", "a\"b'c"), ("GATEHOUSE_MAIL_FROM_NAME=a=b", "a=b"),
        ("GATEHOUSE_MAIL_FROM_NAME=$HOME\\x", "$HOME\\x"),
        ("GATEHOUSE_MAIL_FROM_NAME=Zoë \u{2014} \u{1f600}", "Zoë \u{2014} \u{1f600}"),
        ("GATEHOUSE_MAIL_FROM_NAME=", ""), ("GATEHOUSE_MAIL_FROM_NAME=''", ""),
        ("GATEHOUSE_MAIL_FROM_NAME=a\nGATEHOUSE_MAIL_FROM_NAME=b", "b"),
    ])
    func `valid lines are honoured`(line: String, value: String) {
        for text in [line, line + "\n", line.replacing("\n", with: "\r\n") + "\r\n"] {
            #expect(file(text).faults == [])
            #expect(file(text).values == ["GATEHOUSE_MAIL_FROM_NAME": value])
        }
    }

    @Test(arguments: [
        "GATEHOUSE_WORKERS", "GATEHOUSE_WORKERS: 8", "WORKERS=8", "gatehouse_workers=8", "GATEHOUSE_WORKER=8",
        "GATEHOUSE_CONFIG_FILE=/etc/x", "export", "export =8", "exportGATEHOUSE_WORKERS=8", "set GATEHOUSE_WORKERS=8",
        "declare -x GATEHOUSE_WORKERS=8", "GATEHOUSE WORKERS=8", "=8", "; comment", "// comment", "[section]", "!",
        "x\u{feff}GATEHOUSE_WORKERS=8",
        "\u{a0}GATEHOUSE_WORKERS=8", "\u{ff27}ATEHOUSE_WORKERS=8", "GATEHOUSE_WORKERS\u{ff1d}8",
        "GATEHOUSE_WORKERS=8 # eight",
        "GATEHOUSE_WORKERS= # none", "GATEHOUSE_WORKERS=\"8", "GATEHOUSE_WORKERS='8\"", "GATEHOUSE_WORKERS=\"",
        "GATEHOUSE_WORKERS=\"8\" # eight",
        "GATEHOUSE_WORKERS=\"8\"\"9\"", "GATEHOUSE_WORKERS=\u{201c}8\u{201d}", "GATEHOUSE_WORKERS=8\\",
        "GATEHOUSE_WORKERS=8\0",
        "GATEHOUSE_WORKERS=8\rGATEHOUSE_SMTP_PORT=25", "# old Mac\rGATEHOUSE_SMTP_PORT=25",
        "# next\u{85}GATEHOUSE_SMTP_PORT=25",
        "# line\u{2028}GATEHOUSE_SMTP_PORT=25", "# form\u{0c}GATEHOUSE_SMTP_PORT=25", "GATEHOUSE_WORKERS=8\r\r",
    ])
    func `any other line is a fault with its number`(line: String) throws {
        for (before, number) in [("", 1), ("# one\r\n\r\nGATEHOUSE_SMTP_HOST=mail\r\n", 4)] {
            let read = file(before + line + "\nGATEHOUSE_LOG_LEVEL=info")
            #expect(read.faults.count == 1, "\(read.faults)")
            #expect(read.faults.first?.hasPrefix("line \(number) of the settings file: ") == true)
            #expect(read.values["GATEHOUSE_WORKERS"] == nil)
            #expect(read.values["GATEHOUSE_LOG_LEVEL"] == "info", "the lines around it are read")
        }
    }

    @Test func `a byte order mark within the file, as in two joined files, is a fault`() {
        let read = SettingsFile(
            Array("GATEHOUSE_SMTP_PORT=25\n".utf8) + Self.mark + Array("GATEHOUSE_WORKERS=8\n".utf8))
        #expect(read.faults.map { $0.prefix(6) } == ["line 2"])
    }

    @Test func `bytes that are no UTF-8 are a fault of their line, even in comments`() {
        var latin = Array("# f".utf8)
        latin.append(0xfc)
        latin += Array("r\nGATEHOUSE_WORKERS=8\nGATEHOUSE_MAIL_FROM_NAME=Zo".utf8)
        latin.append(0xeb)
        let read = SettingsFile(latin)
        #expect(read.faults.map { $0.prefix(6) } == ["line 1", "line 3"])
        #expect(read.values == ["GATEHOUSE_WORKERS": "8"])
        var wide16: [UInt8] = [0xff, 0xfe]
        for unit in "GATEHOUSE_WORKERS=8\n".utf16 { wide16 += [UInt8(unit & 0xff), UInt8(unit >> 8)] }
        let wide = SettingsFile(wide16)
        #expect(!wide.faults.isEmpty && wide.values.isEmpty)
    }

    @Test func `all faults are reported at once, with those of the values, and no secret`() throws {
        let secret = "c2VjcmV0LXBpZWNlLW9mLWEta2V5"
        let read = file(
            """
            GATEHOUSE_LOG_LEVLE=info
            GATEHOUSE_MASTER_KEY=a:\(secret)
            \(secret)=
            \(secret)
            GATEHOUSE_DATABASE_PASSWORD="\(secret)
            GATEHOUSE_WORKERS=many
            """)
        let error = #expect(throws: SettingsError.self) { try Settings.load(from: SettingSource([:], file: read)) }
        let text = try #require(error).description
        for part in [
            "line 1 ", "line 3 ", "line 4 ", "line 5 ", "GATEHOUSE_LOG_LEVEL?", "GATEHOUSE_WORKERS must be",
            "GATEHOUSE_PUBLIC_URL is required",
        ] {
            #expect(text.contains(part), "\(part) is missing in \(text)")
        }
        #expect(!text.contains(secret))
        #expect(throws: SettingsError.self) { try MigrationSettings.load(from: SettingSource([:], file: read)) }
        #expect(Settings.survey(SettingSource([:], file: read)).faults.count(where: { $0.hasPrefix("line ") }) == 4)
    }

    @Test(arguments: [
        "GATEHOUSE_PUBLIC_URL='https://a", "GATEHOUSE_PUBLIC_URL", "gatehouse_public_url=https://a",
        "export GATEHOUSE_PUBLIC_ULR=https://a", "GATEHOUSE_PUBLIC_URL=https://a # the origin",
    ])
    func `a setting whose line is faulty is not also reported as missing`(line: String) {
        let faults = Settings.survey(SettingSource([:], file: file(line))).faults
        #expect(faults.count { $0.contains("GATEHOUSE_PUBLIC_URL is required") } == 0, "\(faults)")
        #expect(faults.contains { $0.hasPrefix("line 1 ") })
        #expect(faults.contains { $0.hasPrefix("GATEHOUSE_MASTER_KEY is required") }, "others are reported")
        let hosts = Settings.survey(SettingSource([:], file: file("GATEHOUSE_DATABASE_HOSTS='db"))).faults
        #expect(!hosts.contains { $0.hasPrefix("GATEHOUSE_DATABASE_SOCKET or") }, "\(hosts)")
    }

    @Test func `the environment overrides the file, even with an empty value`() {
        let source = SettingSource(
            ["GATEHOUSE_WORKERS": "4", "GATEHOUSE_SMTP_PORT": ""],
            file: file("GATEHOUSE_WORKERS=8\nGATEHOUSE_SMTP_PORT=25\nGATEHOUSE_LOG_LEVEL=debug"))
        let settings = Settings.survey(source).settings
        func value(_ name: String) -> String? { settings.first { $0.name == name }?.value }
        #expect(value("GATEHOUSE_WORKERS") == "4")
        #expect(value("GATEHOUSE_SMTP_PORT") == "587")
        #expect(value("GATEHOUSE_LOG_LEVEL") == "debug")
    }

    @Test func `every setting can be in the file`() {
        let names = Settings.survey(SettingSource([:])).settings.map(\.name)
        let read = file(names.map { "\($0)=x" }.joined(separator: "\n"))
        #expect(read.faults == [])
        #expect(Set(read.values.keys) == Set(names))
    }

    @Test func `a file that cannot be read, or is too large for settings, is refused`() {
        #expect(throws: SettingsFile.Unreadable.self) { try SettingsFile(path: "/nowhere") }
        #expect(throws: SettingsFile.Unreadable.self) { try SettingsFile(path: "/usr") }
        #expect(throws: SettingsFile.Unreadable.self) { try SettingsFile(path: "/dev/zero") }
    }
}
