import FoundationEssentials
import Glibc

/// How a process shares its threads among the owners of webhooks, which are organizations and the installation. So no
/// owner takes the threads of others, whatever its receivers do and however much waits for them.
///
/// An owner gets a quarter of the threads at most, and half of these for receivers in trouble: those that fail or are
/// slow, and those that have not answered yet. All receivers in trouble get half of the threads at most. Whoever used
/// the threads least comes first, so owners with fast receivers pass those with slow ones, and the busy owners leave a
/// quarter of the threads to the others. Of an owner's webhooks, the one that was served last comes last.
struct DeliveryShares: Sendable {
    /// A delivery that is being sent.
    private struct Flight {
        let ownerID: UInt64
        let isTroubled: Bool
        let start: ContinuousClock.Instant
    }

    private let threads: Int
    private var flights: [UUID: Flight] = [:]
    /// The thread time of each owner, without deliveries that are being sent.
    private var used: [UInt64: ThreadTime] = [:]
    /// The webhooks that were served lately, the last one last.
    private(set) var servedWebhooks = IDList()

    /// How many webhooks that were served lately are known. The others come first, in the order of their waiting.
    private static let rememberedWebhooks = 256
    /// How many owners that used threads lately are known. Those who used them least are forgotten first.
    private static let rememberedOwners = 1024
    /// The recent thread time above which an owner is busy, in seconds.
    private static let busySeconds = 2.0

    /// - Parameter threads: the number of threads of the process.
    init(threads: Int) {
        self.threads = threads
    }

    /// The number of deliveries to an owner that are sent at the same time. With fewer than two, a receiver that hangs
    /// would delay the others of its own owner.
    private var perOwner: Int { max(2, threads / 4) }
    private var troubledPerOwner: Int { perOwner / 2 }
    private var troubled: Int { max(1, threads / 2) }
    /// The number of threads for all busy owners together.
    private var busy: Int { max(1, threads - max(1, threads / 4)) }

    /// Whether there is room for a delivery to a receiver in trouble.
    var takesTroubled: Bool { flights.values.count { $0.isTroubled } < troubled }

    /// The owners who get no further delivery to a receiver in trouble now.
    var ownersFullOfTrouble: IDList {
        IDList(flightsByOwner.filter { $0.value.count { $0.isTroubled } >= troubledPerOwner }.keys)
    }

    /// The owners who get no further delivery now.
    var fullOwners: IDList {
        let busyOwners = Set(secondsByOwner.filter { $0.value > Self.busySeconds }.keys)
        let full = flightsByOwner.filter { $0.value.count >= perOwner }.keys
        let isBusyFull = flights.values.count { busyOwners.contains($0.ownerID) } >= busy
        return IDList(isBusyFull ? busyOwners.union(full) : Set(full))
    }

    /// The owners who used threads lately, the one who used them most last.
    var owners: IDList { IDList(secondsByOwner.sorted { $0.value < $1.value }.map(\.key)) }

    private var flightsByOwner: [UInt64: [Flight]] { Dictionary(grouping: flights.values, by: \.ownerID) }

    /// The recent thread time of each owner.
    private var secondsByOwner: [UInt64: Double] {
        let now = ContinuousClock.now
        var seconds = used.mapValues { $0.seconds(at: now) }
        for flight in flights.values { seconds[flight.ownerID, default: 0] += (now - flight.start) / .seconds(1) }
        return seconds
    }

    /// Counts a delivery that is about to be sent.
    mutating func begin(_ lease: DeliveryQueue.Lease, at now: ContinuousClock.Instant = .now) {
        flights[lease.leaseID] = Flight(ownerID: lease.ownerID, isTroubled: lease.isTroubled, start: now)
        servedWebhooks.moveToEnd(lease.webhookID, keeping: Self.rememberedWebhooks)
    }

    /// Removes a delivery that has ended, and adds its time to that of its owner.
    mutating func end(_ lease: DeliveryQueue.Lease, at now: ContinuousClock.Instant = .now) {
        guard let flight = flights.removeValue(forKey: lease.leaseID) else { return }
        used[flight.ownerID, default: ThreadTime(at: now)].add((now - flight.start) / .seconds(1), at: now)
        guard used.count > Self.rememberedOwners else { return }
        let least = used.min { $0.value.seconds(at: now) < $1.value.seconds(at: now) }
        if let least { used[least.key] = nil }
    }
}

/// The time for which an owner's deliveries used threads. Half of it is forgotten every minute.
private struct ThreadTime {
    private static let halfLife = Duration.seconds(60)

    private var seconds = 0.0
    private var time: ContinuousClock.Instant

    init(at time: ContinuousClock.Instant) {
        self.time = time
    }

    func seconds(at now: ContinuousClock.Instant) -> Double { seconds * exp2(-((now - time) / Self.halfLife)) }

    mutating func add(_ more: Double, at now: ContinuousClock.Instant) {
        seconds = seconds(at: now) + more
        time = now
    }
}
