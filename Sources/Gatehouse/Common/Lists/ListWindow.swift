import Database

/// A section of a list of several owners that contains the wanted part, and little else.
///
/// The index has each owner's rows in the order of the list, but not those of all owners together, so the server must
/// sort them. Sorting all of them would read all of them. Reading each owner's rows as far as the part may reach would
/// read 10,000 rows for each of a hundred owners. So the window is found first, by selection in sorted lists
/// (Frederickson and Johnson, The complexity of selection and ranking in X + Y, 1982), in rounds:
///
/// 1. For each owner, the row at one position is read, a probe. The position is 2 × wanted / owners, so at most every
///    second probe can have as few rows before it as are wanted.
/// 2. The rows up to a probe are counted, for a few probes: the first, the second, the fourth, then by bisection. The
///    window begins after the last probe with no more rows before it than are skipped, and ends at the first one with
///    more than are wanted.
/// 3. An owner whose probe is after the end has fewer rows in the window than were read to the probe. The others, fewer
///    than half, are probed again at a later position.
///
/// So there are at most log2(owners) + 1 rounds. Whatever the distribution of the rows, the number of rows read is a
/// small multiple of those skipped and returned: see the property test in `ListRepositoryTests`.
struct ListWindow {
    /// The entry before the window; `nil` for the beginning of the list.
    private(set) var start: Keyset?
    /// The last entry of the window; `nil` if it reaches to the end of the list.
    private(set) var end: Keyset?
    /// The number of entries of the window before the part.
    private(set) var offset: Int

    /// Finds the window of a part.
    /// - Parameters:
    ///   - after: the entry after which the part is counted; `nil` for the beginning.
    ///   - offset: how many entries to leave out from there.
    init(
        of range: ListRange, _ isDescending: Bool, after: Keyset?, limit: Int, offset: Int, in db: Connection
    ) throws(DatabaseError) {
        let all = range.owners?.values ?? []
        start = after
        self.offset = offset
        // The entry up to which rows are counted, the number wanted from there, and the owners who may have many of
        // them.
        var (reached, wanted, owners) = (after, offset + limit, all)
        while wanted > 0, !owners.isEmpty {
            let place = 2 * wanted / owners.count + 1
            let probes = try ListRepository.probes(
                range, of: owners, at: place, isDescending, from: reached, to: end, in: db)
            // Up to probe `within` there are at most as many rows as wanted, up to probe `past` there are more.
            let none = min(probes.count, wanted / place) + 1
            var (within, past) = (0, none)
            var tried = min(1, none - 1)
            while tried > within, wanted > 0 {
                let probe = probes[tried - 1].keyset
                let few = 2 * wanted + all.count
                let count = try ListRepository.count(
                    range, isDescending, from: reached, to: probe, limit: few + 1, in: db)
                if count <= wanted {
                    (reached, within) = (probe, tried)
                    wanted -= count
                    if wanted >= limit { (start, self.offset) = (probe, wanted - limit) }
                } else {
                    (end, past) = (probe, tried)
                    if count <= few { return }
                }
                tried = past == none ? min(2 * tried, none - 1) : (within + past) / 2
            }
            if past <= probes.count { end = probes[past - 1].keyset }
            owners = probes.prefix(within).map { owners[$0.owner] }
        }
        if wanted == 0 { end = reached }
    }
}
