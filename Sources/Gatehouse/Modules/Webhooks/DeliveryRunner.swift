import Database
import FoundationEssentials
import Logging
import Threads
import Web

/// Delivers webhooks.
///
/// One idle thread looks for the next delivery. When it has one, it leaves the lookout to another idle thread and sends
/// it. So idle processes ask the database a few times a second, whatever the number of threads; less often if a look
/// takes long, since deliveries to many webhooks wait. `DeliveryShares` says whose delivery may be next.
final class DeliveryRunner: BackgroundWork {
    private struct State {
        var isStopping = false
        /// Whether a thread looks for the next delivery.
        var isLookedOut = false
        /// Whether a delivery has ended since the last look, so that there may be room for another one of its owner.
        var hasEnded = false
        /// The time of the last look for leases that ran out.
        var reclaimed: ContinuousClock.Instant?
        var shares: DeliveryShares
    }

    private let sender: DeliverySender
    private let counts: DeliveryCounts
    private let log: Logger
    private let state: Monitor<State>

    /// The time between two looks of an idle process: twenty times the duration of a look, within these bounds.
    private static let (idleInterval, longestIdleInterval) = (Duration.milliseconds(200), Duration.seconds(1))
    private static let idleFactor = 20
    /// The wait after a failure of the database.
    private static let faultInterval = Duration.seconds(2)
    /// The time between two looks for leases that ran out.
    private static let reclaimInterval = Duration.seconds(5)

    /// - Parameter count: the number of threads.
    init(_ services: Services, count: Int) throws {
        counts = try DeliveryCounts(in: services.metrics)
        log = services.log
        sender = DeliverySender(services.outbound, services.masterKeys, counts: counts, log: log)
        state = Monitor(State(shares: DeliveryShares(threads: count)))
    }

    func run(in db: Connection) {
        counts.workers.rise()
        defer { counts.workers.fall() }
        while let lease = next(in: db) {
            counts.busy.rise()
            do {
                try sender.send(lease, db)
            } catch {
                // The lease runs out, and the delivery is sent again.
                log.warning(
                    "the outcome of a webhook delivery is lost",
                    metadata: ["eventId": "\(lease.eventID.text)", "reason": "\(error)"])
            }
            counts.busy.fall()
            state.update { state in
                state.shares.end(lease)
                state.hasEnded = true
            }
        }
    }

    func stop() {
        state.update { $0.isStopping = true }
    }

    /// Waits for the lookout, and then for a delivery.
    /// - Returns: `nil` if the process stops.
    private func next(in db: Connection) -> DeliveryQueue.Lease? {
        let isLookout = state.wait { state -> Bool? in
            if state.isStopping { return false }
            if state.isLookedOut { return nil }
            state.isLookedOut = true
            return true
        }
        guard isLookout else { return nil }
        let lease = lookOut(in: db)
        state.update { state in
            state.isLookedOut = false
            if let lease { state.shares.begin(lease) }
        }
        return lease
    }

    private func lookOut(in db: Connection) -> DeliveryQueue.Lease? {
        while true {
            let start = ContinuousClock.now
            let (shares, reclaims) = state.update { state in
                state.hasEnded = false
                let reclaims = state.reclaimed.map { start - $0 > Self.reclaimInterval } ?? true
                if reclaims { state.reclaimed = start }
                return (state.shares, reclaims)
            }
            var isFault = false
            do {
                if reclaims { try DeliveryQueue.reclaim(in: db) }
                if let lease = try DeliveryQueue.lease(shares, in: db) { return lease }
            } catch {
                log.warning("webhook deliveries wait for the database", metadata: ["reason": "\(error)"])
                isFault = true
            }
            let idle = min(max((.now - start) * Self.idleFactor, Self.idleInterval), Self.longestIdleInterval)
            let pause = isFault ? Self.faultInterval : idle
            let isStopping = state.wait(atMost: pause) { state -> Bool? in
                if state.isStopping { return true }
                return state.hasEnded && !isFault ? false : nil
            }
            if isStopping == true { return nil }
        }
    }
}
