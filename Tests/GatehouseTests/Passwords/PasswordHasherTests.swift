import Testing
import Threads

@testable import Gatehouse

@Suite struct PasswordHasherTests {
    private static func settings(
        memoryKiB: UInt32 = 64, iterations: UInt32 = 1, threads: Int = 2, queueLimit: Int = 64
    ) -> PasswordSettings {
        var settings = PasswordSettings()
        settings.memoryKiB = memoryKiB
        settings.iterations = iterations
        settings.threads = threads
        settings.queueLimit = queueLimit
        return settings
    }

    @Test("a password verifies against its hash, another does not")
    func roundTrip() throws {
        let hasher = try PasswordHasher(Self.settings())
        try hasher.start()
        defer { hasher.shutdown() }
        for password in [
            "correct horse battery staple", "", "a\u{0}b", "🔑🗝️", String(repeating: "ж", count: 5000),
        ] {
            let phc = try hasher.hash(password)
            #expect(phc.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
            #expect(try hasher.reserve().verify(password, against: phc) == .right(rehashed: nil))
            #expect(try hasher.reserve().verify(password + "x", against: phc) == .wrong)
            #expect(try hasher.hash(password) != phc)
        }
        #expect(try hasher.reserve().verify("a", against: try hasher.hash("a\u{0}b")) == .wrong)
    }

    @Test("the defaults are m=46 MiB, t=1, p=1")
    func defaults() throws {
        let hasher = try PasswordHasher(PasswordSettings())
        try hasher.start()
        defer { hasher.shutdown() }
        #expect(try hasher.hash("password").hasPrefix("$argon2id$v=19$m=47104,t=1,p=1$"))
    }

    @Test("canonically equivalent passwords are one password")
    func normalisation() throws {
        let hasher = try PasswordHasher(Self.settings())
        try hasher.start()
        defer { hasher.shutdown() }
        let phc = try hasher.hash("\u{E9}\u{D55C}\u{C5}")
        let decomposed = "e\u{301}\u{1112}\u{1161}\u{11AB}A\u{30A}"
        #expect(try hasher.reserve().verify(decomposed, against: phc) == .right(rehashed: nil))
        #expect(try hasher.reserve().verify("e\u{D55C}\u{C5}", against: phc) == .wrong)
    }

    private static let blanks = (UInt32(0x80)...0xFFFF).compactMap(Unicode.Scalar.init)
        .filter { $0.properties.generalCategory == .spaceSeparator }

    @Test("every kind of space is the same", arguments: blanks)
    func blank(scalar: Unicode.Scalar) throws {
        let hasher = try PasswordHasher(Self.settings())
        try hasher.start()
        defer { hasher.shutdown() }
        let phc = try hasher.hash("correct horse")
        #expect(try hasher.reserve().verify("correct\(scalar)horse", against: phc) == .right(rehashed: nil))
        let other = try hasher.hash("correct\(scalar)horse")
        #expect(try hasher.reserve().verify("correct horse", against: other) == .right(rehashed: nil))
        #expect(try hasher.reserve().verify("correcthorse", against: other) == .wrong)
    }

    /// Made by libargon2's `argon2` of the bytes with U+00A0, as this program hashed them before it mapped spaces.
    @Test("a hash from before spaces were mapped is still right, and is renewed")
    func formerBlanks() throws {
        let hasher = try PasswordHasher(Self.settings())
        try hasher.start()
        defer { hasher.shutdown() }
        let stored =
            "$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$j/0Sx+sIUyOJgMyl+qGQcIbIW0SPyi7dosVSaJImwng"
        guard
            case .right(let rehashed?) = try hasher.reserve().verify("correct\u{A0}horse", against: stored)
        else {
            Issue.record("wrong, or not renewed")
            return
        }
        #expect(try hasher.reserve().verify("correct\u{A0}horse", against: rehashed) == .right(rehashed: nil))
        #expect(try hasher.reserve().verify("correct horse", against: rehashed) == .right(rehashed: nil))
        #expect(try hasher.reserve().verify("correct horse", against: stored) == .wrong)
        #expect(try hasher.reserve().verify("correct\u{2003}horse", against: stored) == .wrong)
    }

    @Test("an unknown account gets the answer of a wrong password")
    func unknownAccount() throws {
        let hasher = try PasswordHasher(Self.settings())
        try hasher.start()
        defer { hasher.shutdown() }
        #expect(try hasher.reserve().verify("password", against: nil) == .wrong)
    }

    @Test("a right password is hashed again when the settings have changed", arguments: [32, 8192] as [UInt32])
    func rehash(oldMemoryKiB: UInt32) throws {
        let old = try PasswordHasher(Self.settings(memoryKiB: oldMemoryKiB, iterations: 2))
        try old.start()
        let stored = try old.hash("password")
        old.shutdown()

        let hasher = try PasswordHasher(Self.settings())
        try hasher.start()
        defer { hasher.shutdown() }
        guard case .right(let rehashed?) = try hasher.reserve().verify("password", against: stored) else {
            Issue.record("no new hash")
            return
        }
        #expect(rehashed.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
        #expect(try hasher.reserve().verify("password", against: rehashed) == .right(rehashed: nil))
        #expect(try hasher.reserve().verify("wrong", against: stored) == .wrong)
    }

    @Test("a right password is hashed again when salt or tag have another length")
    func rehashOfShortSalt() throws {
        let hasher = try PasswordHasher(Self.settings(memoryKiB: 256, iterations: 2))
        try hasher.start()
        defer { hasher.shutdown() }
        let vector = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        #expect(try hasher.reserve().verify("password", against: vector) != .right(rehashed: nil))
        #expect(try hasher.reserve().verify("password", against: vector) != .wrong)
    }

    @Test("a malformed stored hash is an error, and its slot is released")
    func malformed() throws {
        let hasher = try PasswordHasher(Self.settings(threads: 1, queueLimit: 0))
        try hasher.start()
        defer { hasher.shutdown() }
        for _ in 0..<3 {
            #expect(throws: PasswordHashError.malformed) {
                try hasher.reserve().verify("password", against: "$argon2id$broken")
            }
        }
    }

    @Test("64 threads verify at once, each with its own answer")
    func parallel() throws {
        let hasher = try PasswordHasher(Self.settings(memoryKiB: 1024))
        try hasher.start()
        defer { hasher.shutdown() }
        let phc = try hasher.hash("password 7")
        let answers = Monitor<[Int: Bool]>([:])
        let threads = try (0..<64).map { number in
            try Thread(name: "caller") {
                let answer = try? hasher.reserve().verify("password \(number)", against: phc)
                answers.update { $0[number] = answer == .right(rehashed: nil) }
            }
        }
        for thread in threads { thread.join() }
        let right = answers.update { $0.filter(\.value).map(\.key) }
        #expect(right == [7])
        #expect(answers.update { $0.count } == 64)
    }

    @Test("callers beyond the threads and the queue are turned away until a slot is released")
    func overload() throws {
        let hasher = try PasswordHasher(Self.settings(threads: 1, queueLimit: 1))
        try hasher.start()
        defer { hasher.shutdown() }
        let first = try hasher.reserve()
        do {
            let second = try hasher.reserve()
            #expect(throws: PasswordHasher.Overloaded.self) { _ = try hasher.reserve() }
            #expect(throws: PasswordHasher.Overloaded.self) { try hasher.hash("password") }
            #expect(try second.verify("password", against: nil) == .wrong)
        }
        do {
            _ = try hasher.reserve()
            #expect(try hasher.hash("password").isEmpty == false)
        }
        #expect(try first.verify("password", against: nil) == .wrong)
    }

    @Test(
        "settings that Argon2 or reason refuse are refused",
        arguments: [
            settings(memoryKiB: 7), settings(memoryKiB: 1_048_577), settings(iterations: 0),
            settings(iterations: 65), settings(threads: 0), settings(threads: -1), settings(queueLimit: -1),
        ])
    func unusableSettings(settings: PasswordSettings) {
        #expect(throws: PasswordHashError.unusableSettings) { try PasswordHasher(settings) }
    }

    @Test("a hasher that was not started says so")
    func notStarted() throws {
        let hasher = try PasswordHasher(Self.settings())
        #expect(throws: PasswordHashError.stopped) { try hasher.hash("password") }
    }

    @Test("a hasher that was shut down says so, and can be shut down again")
    func shutdown() throws {
        let hasher = try PasswordHasher(Self.settings())
        try hasher.start()
        let slot = try hasher.reserve()
        hasher.shutdown()
        #expect(throws: PasswordHashError.stopped) { try hasher.hash("password") }
        do {
            _ = try slot.verify("password", against: nil)
            Issue.record("verified after the end")
        } catch {
            #expect(error == .stopped)
        }
        hasher.shutdown()
    }
}
