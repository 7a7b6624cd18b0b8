import Glibc
import Threads

/// Hashes and verifies passwords with Argon2id on its own threads.
///
/// A hash takes tens of milliseconds of a whole core. So there are few threads, which run at a lower priority than
/// those that answer requests, and a bounded queue refuses a flood of sign-ins. Callers block.
///
/// Reserve a slot before you look up an account, so a refusal reveals nothing about it:
///
///     let slot = try hasher.reserve()
///     let account = try Account.find(email, in: db)
///     switch try slot.verify(password, against: account?.passwordHash) { … }
final class PasswordHasher: Sendable {
    private let settings: PasswordSettings
    private let dummy: Argon2Hash
    private let queue: Monitor<Queue>
    private let counts: PasswordCounts?
    private let slots: Int

    private typealias Job = @Sendable (Arena) -> Void

    private struct Queue {
        var freeSlots: Int
        var jobs: [Job] = []
        var isClosed = true
        var threads: [Thread] = []
    }

    /// The niceness of the threads: when the cores are busy, reads go first, and hashing still gets about a tenth of a
    /// core (sched(7), "The nice value").
    private static let niceness: Int32 = 10

    /// - Parameter counts: where to count; `nil` to count nothing.
    /// - Throws: `PasswordHashError` for settings that Argon2 or reason refuse.
    init(_ settings: PasswordSettings, counts: PasswordCounts? = nil) throws(PasswordHashError) {
        guard settings.parameters.areAcceptable, (1...1024).contains(settings.threads),
            (0...65_536).contains(settings.queueLimit)
        else { throw .unusableSettings }
        self.settings = settings
        self.counts = counts
        slots = settings.threads + settings.queueLimit
        dummy = Argon2Hash(
            parameters: settings.parameters, salt: Argon2Hash.randomBytes(Argon2Hash.saltLength),
            tag: Argon2Hash.randomBytes(Argon2Hash.tagLength))
        queue = Monitor(Queue(freeSlots: slots))
    }

    /// Allocates the memory and starts the threads. Until then, and after `shutdown`, hashing throws
    /// `PasswordHashError.stopped`.
    /// - Throws: `PasswordHashError` or `ThreadError` when the system does not allow it.
    func start() throws {
        counts?.slots.set(slots)
        queue.update { $0.isClosed = false }
        do {
            for number in 1...settings.threads {
                let arena = try Arena(byteCount: settings.parameters.arenaBytes)
                let thread = try Thread(name: "password-\(number)", niceness: Self.niceness) { [queue] in
                    Self.work(on: queue, in: arena)
                }
                queue.update { $0.threads.append(thread) }
            }
        } catch {
            shutdown()
            throw error
        }
    }

    /// Takes a slot for one hash.
    /// - Throws: `Overloaded`, at once, if all slots are taken.
    func reserve() throws(Overloaded) -> Slot {
        let isTaken = queue.update { queue in
            guard queue.freeSlots > 0 else { return false }
            queue.freeSlots -= 1
            counts?.slotsTaken.set(slots - queue.freeSlots)
            return true
        }
        guard isTaken else {
            counts?.refusals.add()
            throw Overloaded()
        }
        return Slot(hasher: self)
    }

    /// Hashes a password for a caller that has nothing to look up first.
    /// - Returns: a PHC string.
    /// - Throws: `Overloaded`, or `PasswordHashError`.
    func hash(_ password: String) throws -> String {
        try reserve().hash(password)
    }

    /// Finishes the queued hashes and ends the threads.
    func shutdown() {
        let threads = queue.update { queue in
            queue.isClosed = true
            defer { queue.threads = [] }
            return queue.threads
        }
        for thread in threads { thread.join() }
    }

    private static func work(on queue: Monitor<Queue>, in arena: Arena) {
        func nextJob() -> Job? {
            queue.wait { queue in
                if !queue.jobs.isEmpty { return queue.jobs.removeFirst() }
                return queue.isClosed ? .some(nil) : nil
            }
        }
        while let job = nextJob() { job(arena) }
    }

    private func release() {
        queue.update { queue in
            queue.freeSlots += 1
            counts?.slotsTaken.set(slots - queue.freeSlots)
        }
    }

    /// Runs `body` on a hashing thread and waits for its result.
    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Arena) throws(PasswordHashError) -> Value
    ) throws(PasswordHashError) -> Value {
        let start = ContinuousClock.now
        defer { counts?.durations.record(.now - start) }
        let outcome = Monitor<Result<Value, PasswordHashError>?>(nil)
        let isQueued = queue.update { queue in
            guard !queue.isClosed else { return false }
            queue.jobs.append { arena in
                let result = Result { () throws(PasswordHashError) in try body(arena) }
                outcome.update { $0 = result }
            }
            return true
        }
        guard isQueued else { throw .stopped }
        return try outcome.wait { $0 }.get()
    }

    /// The right to one hash. It is released when it is used or goes out of scope.
    struct Slot: ~Copyable {
        fileprivate let hasher: PasswordHasher

        deinit { hasher.release() }

        /// Hashes a password, in the form `opaque`, with a new salt and the current settings.
        /// - Returns: a PHC string.
        consuming func hash(_ password: String) throws(PasswordHashError) -> String {
            let parameters = hasher.settings.parameters
            return try hasher.perform { arena throws(PasswordHashError) in
                try Argon2Hash.new(of: password, parameters: parameters, in: arena).phc
            }
        }

        /// Verifies a password against a stored hash. If it has blanks other than U+0020 and is wrong, it is hashed a
        /// second time in the form of earlier versions, which did not map them.
        /// - Parameter phc: the stored PHC string, or `nil` without an account. Without one, a hash that no password
        ///   matches is verified with the current settings, so the answer takes as long.
        consuming func verify(
            _ password: String, against phc: String?
        ) throws(PasswordHashError) -> Verification {
            let stored =
                try phc.map { phc throws(PasswordHashError) in try Argon2Hash(phc: phc) } ?? hasher.dummy
            let parameters = hasher.settings.parameters
            return try hasher.perform { arena throws(PasswordHashError) in
                // Memory for a hash with larger, older settings is released as soon as it is verified.
                let room =
                    arena.holds(stored.parameters)
                    ? arena : try Arena(byteCount: stored.parameters.arenaBytes)
                var isCurrent = stored.parameters == parameters && stored.hasCurrentLengths
                if try !stored.matches(password, in: room) {
                    // The time depends only on the password, whether or not there is an account.
                    guard password.hasOtherBlanks, try stored.matches(password, mapsBlanks: false, in: room) else {
                        return .wrong
                    }
                    isCurrent = false
                }
                guard !isCurrent else {
                    return .right(rehashed: nil)
                }
                return .right(
                    rehashed: try Argon2Hash.new(of: password, parameters: parameters, in: arena).phc)
            }
        }
    }

    /// The result of a verification.
    enum Verification: Equatable, Sendable {
        /// The password is right. If the stored hash was made with other settings than the current ones, or before
        /// blanks were mapped, `rehashed` is the PHC string that replaces it, made in the same slot.
        case right(rehashed: String?)

        /// The password is wrong, or there is no account.
        case wrong
    }

    /// Every slot is taken: try again in a moment.
    struct Overloaded: Error {}
}
