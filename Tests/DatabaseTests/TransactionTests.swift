import Database
import GatehouseTesting
import Testing
import Threads

@Suite struct TransactionTests {
    private let schema: TestDatabase
    private let connection: Connection

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
        try connection.execute(
            "CREATE TABLE accounts (id INT PRIMARY KEY, balance INT NOT NULL) ENGINE = InnoDB")
        try connection.execute("INSERT INTO accounts VALUES (1, 10), (2, 10)")
    }

    private struct Refusal: Error {}

    @Test func `the closure's changes are committed and its result returned`() throws {
        let result = try connection.transaction { connection in
            #expect(connection.isInTransaction)
            try connection.execute("UPDATE accounts SET balance = 7 WHERE id = 1")
            return "done"
        }
        #expect(result == "done")
        #expect(!connection.isInTransaction)
        #expect(try schema.connection().first("SELECT balance FROM accounts WHERE id = 1") == 7)
    }

    @Test func `an error rolls back and is rethrown`() throws {
        #expect(throws: Refusal.self) {
            try connection.transaction { connection in
                try connection.execute("UPDATE accounts SET balance = 7 WHERE id = 1")
                throw Refusal()
            }
        }
        #expect(!connection.isInTransaction)
        #expect(try connection.first("SELECT balance FROM accounts WHERE id = 1") == 10)
        try connection.execute("UPDATE accounts SET balance = 8 WHERE id = 1")
        #expect(try schema.connection().first("SELECT balance FROM accounts WHERE id = 1") == 8)
    }

    @Test func `a transaction inside a transaction is refused`() throws {
        let error = #expect(throws: DatabaseError.self) {
            try connection.transaction { connection in try connection.transaction { _ in } }
        }
        #expect(error?.kind == .usage("a transaction inside a transaction"))
        #expect(!connection.isInTransaction)
    }

    @Test func `a transaction inside a shared one becomes part of it`() throws {
        let other = schema.connection()
        try connection.transaction(isShared: true) { connection in
            try connection.execute("UPDATE accounts SET balance = 7 WHERE id = 1")
            _ = try connection.transaction { try $0.execute("UPDATE accounts SET balance = 8 WHERE id = 2") }
            #expect(connection.isInTransaction)
            #expect(try other.all("SELECT balance FROM accounts ORDER BY id") == [10, 10])
        }
        #expect(try other.all("SELECT balance FROM accounts ORDER BY id") == [7, 8])
        let error = #expect(throws: DatabaseError.self) {
            try connection.transaction { connection in try connection.transaction { _ in } }
        }
        #expect(error?.kind == .usage("a transaction inside a transaction"), "sharing ends with the transaction")
    }

    @Test func `an error in a part of a shared transaction ends the whole`() throws {
        #expect(throws: Refusal.self) {
            try connection.transaction(isShared: true) { connection in
                try connection.execute("UPDATE accounts SET balance = 7 WHERE id = 1")
                try connection.transaction { connection in
                    try connection.execute("UPDATE accounts SET balance = 8 WHERE id = 2")
                    throw Refusal()
                }
            }
        }
        #expect(try connection.all("SELECT balance FROM accounts ORDER BY id") == [10, 10])
    }

    @Test func `a shared transaction with a failed part never commits, even if the failure is ignored`() throws {
        let error = #expect(throws: DatabaseError.self) {
            try connection.transaction(isShared: true) { connection in
                try? connection.transaction { connection in
                    try connection.execute("UPDATE accounts SET balance = 8 WHERE id = 2")
                    throw Refusal()
                }
            }
        }
        #expect(error?.kind == .usage("a part of the transaction has failed"))
        #expect(try connection.all("SELECT balance FROM accounts ORDER BY id") == [10, 10])
    }

    @Test func `a deadlock in a part of a shared transaction starts the whole again`() throws {
        let locked = Lock(Set<Int>())
        let schema = schema
        let failures = try failuresInParallel(2) { thread in
            let (mine, other) = (thread + 1, 2 - thread)
            try schema.connection().transaction(isShared: true) { connection in
                try connection.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(mine)")
                locked.withLock { _ = $0.insert(mine) }
                eventually { locked.withLock { $0.count } == 2 }
                _ = try connection.transaction {
                    try $0.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(other)")
                }
            }
        }
        #expect(failures.allSatisfy { $0 == nil })
        #expect(try connection.all("SELECT balance FROM accounts ORDER BY id") == [12, 12])
    }

    @Test func `closing the connection inside its transaction fails it`() throws {
        let error = #expect(throws: DatabaseError.self) {
            try connection.transaction { connection in
                try connection.execute("UPDATE accounts SET balance = 7 WHERE id = 1")
                connection.close()
                _ = try? connection.execute("UPDATE accounts SET balance = 7 WHERE id = 2")
            }
        }
        #expect(error?.kind == .usage("the connection was closed inside its transaction"))
        #expect(try connection.first("SELECT SUM(balance) FROM accounts") == 20)
    }

    @Test func `both transactions of a deadlock succeed in the end`() throws {
        let runs = Lock(0)
        let locked = Lock(Set<Int>())
        let schema = schema
        let failures = try failuresInParallel(2) { thread in
            let (mine, other) = (thread + 1, 2 - thread)
            try schema.connection().transaction { connection in
                runs.withLock { $0 += 1 }
                try connection.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(mine)")
                locked.withLock { _ = $0.insert(mine) }
                eventually { locked.withLock { $0.count } == 2 }
                try connection.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(other)")
            }
        }
        #expect(failures.allSatisfy { $0 == nil })
        #expect(runs.withLock { $0 } > 2)
        #expect(try connection.all("SELECT balance FROM accounts ORDER BY id") == [12, 12])
    }

    @Test func `after a deadlock nothing of the closure commits on its own`() throws {
        let locked = Lock(Set<Int>())
        let schema = schema
        let failures = try failuresInParallel(2) { thread in
            let (mine, other) = (thread + 1, 2 - thread)
            try schema.connection().transaction { connection in
                try connection.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(mine)")
                locked.withLock { _ = $0.insert(mine) }
                eventually { locked.withLock { $0.count } == 2 }
                // The closure ignores the deadlock.
                _ = try? connection.execute("UPDATE accounts SET balance = balance + 1 WHERE id = \(other)")
                _ = try? connection.execute("UPDATE accounts SET balance = balance + 100 WHERE id = \(mine)")
            }
        }
        #expect(failures.allSatisfy { $0 == nil })
        #expect(try connection.all("SELECT balance FROM accounts ORDER BY id") == [112, 112])
    }

    @Test func `a lock that is not granted in time ends the transaction and is not waited for again`() throws {
        let holder = schema.connection()
        let schema = schema
        let runs = Lock(0)
        let failures = try holder.transaction { holder in
            try holder.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
            return try failuresInParallel(1) { _ in
                try schema.connection().transaction { connection in
                    runs.withLock { $0 += 1 }
                    try connection.execute("UPDATE accounts SET balance = 5 WHERE id = 2")
                    try connection.execute("UPDATE accounts SET balance = 5 WHERE id = 1")
                }
            }
        }
        #expect(failures.count == 1)
        let error = try #require(failures.first as? DatabaseError)
        #expect(error.isLockWaitTimeout && error.isContention)
        #expect(runs.withLock { $0 } == 1)
        #expect(try connection.all("SELECT balance FROM accounts ORDER BY id") == [0, 10])
    }

    @Test func `a time-out of a lock wait is recognizable and keeps the transaction open`() throws {
        let (holder, other) = (schema.connection(), schema.connection())
        try other.execute("SET innodb_lock_wait_timeout = 1")
        try holder.transaction { holder in
            try holder.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
            try other.transaction { other in
                try other.execute("UPDATE accounts SET balance = 3 WHERE id = 2")
                let error = #expect(throws: DatabaseError.self) {
                    try other.execute("UPDATE accounts SET balance = 3 WHERE id = 1")
                }
                #expect(error?.isLockWaitTimeout == true)
            }
        }
        #expect(try connection.all("SELECT balance FROM accounts ORDER BY id") == [0, 3])
    }

    @Test func `transactions see what others commit meanwhile`() throws {
        let other = schema.connection()
        try connection.transaction { connection in
            #expect(try connection.first("SELECT balance FROM accounts WHERE id = 1") == 10)
            try other.execute("UPDATE accounts SET balance = 11 WHERE id = 1")
            #expect(try connection.first("SELECT balance FROM accounts WHERE id = 1") == 11)
        }
    }
}
