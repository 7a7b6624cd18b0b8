/// How a process shares its threads among the owners of webhooks, which are organizations and the installation. So no
/// owner takes the threads of others, whatever its receivers do and however much waits for them.
///
/// An owner gets a quarter of the threads at most, and half of these for receivers in trouble: those that fail or are
/// slow, and those that have not answered yet. All receivers in trouble get half of the threads at most. The owner who
/// was served last comes last, and so does the last served webhook of an owner.
struct DeliveryShares: Sendable {
    /// The deliveries to one owner that are being sent.
    private struct Load {
        var all = 0
        var troubled = 0
    }

    private let threads: Int
    private var loads: [UInt64: Load] = [:]
    /// The owners who were served lately, the last one last.
    private(set) var servedOwners = IDList()
    /// The webhooks that were served lately, the last one last.
    private(set) var servedWebhooks = IDList()

    /// How many of those that were served lately are known. The others come first, in the order of their waiting.
    private static let memory = 256

    /// - Parameter threads: the number of threads of the process.
    init(threads: Int) {
        self.threads = threads
    }

    /// The number of deliveries to an owner that are sent at the same time. With fewer than two, a receiver that hangs
    /// would delay the others of its own owner.
    private var perOwner: Int { max(2, threads / 4) }
    private var troubledPerOwner: Int { perOwner / 2 }
    private var troubled: Int { max(1, threads / 2) }

    /// Whether there is room for a delivery to a receiver in trouble.
    var takesTroubled: Bool { loads.values.reduce(0) { $0 + $1.troubled } < troubled }
    /// The owners who get no further delivery now.
    var fullOwners: IDList { owners { $0.all >= perOwner } }
    /// The owners who get no further delivery to a receiver in trouble now.
    var ownersFullOfTrouble: IDList { owners { $0.troubled >= troubledPerOwner } }

    private func owners(_ isMeant: (Load) -> Bool) -> IDList { IDList(loads.filter { isMeant($0.value) }.keys) }

    /// Counts a delivery that is about to be sent.
    mutating func begin(_ lease: DeliveryQueue.Lease) {
        loads[lease.ownerID, default: Load()].all += 1
        if lease.isTroubled { loads[lease.ownerID, default: Load()].troubled += 1 }
        servedOwners.moveToEnd(lease.ownerID, keeping: Self.memory)
        servedWebhooks.moveToEnd(lease.webhookID, keeping: Self.memory)
    }

    /// Counts it no more.
    mutating func end(_ lease: DeliveryQueue.Lease) {
        guard var load = loads[lease.ownerID] else { return }
        load.all -= 1
        if lease.isTroubled { load.troubled -= 1 }
        loads[lease.ownerID] = load.all > 0 ? load : nil
    }
}
