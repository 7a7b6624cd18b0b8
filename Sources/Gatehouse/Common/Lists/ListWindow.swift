import Database

/// A stretch of a list of several owners that holds a part of it, and little else.
///
/// The index holds each owner's rows in the order of the list, but not those of all owners together, so the server has
/// to sort them. To sort all of them would be to read all of them. To read each owner's as far as the part may reach
/// would be to read 10,000 rows of every one of a hundred. So the window is found first, by selection in sorted lists
/// (Frederickson and Johnson, The complexity of selection and ranking in X + Y, 1982), in rounds:
///
/// 1. Of each owner the row at one place is read, a probe. The place is 2 × wanted / owners, so that at most every
/// second probe
///    can have as few rows before it as are wanted.
/// 2. The rows up to a probe are counted, for a few probes: the first, the second, the fourth, then by bisection. The
/// window
///    begins behind the last one that has no more rows before it than are left out, and ends at the first one that has
///    more than are wanted.
/// 3. An owner whose probe lies behind the end has fewer rows in the window than were read to the probe. The others,
/// fewer than
///    half, are probed again, for a place further on.
///
/// So there are at most log2(owners) + 1 rounds. However the rows lie, what is read is a small multiple of what is left
/// out and answered: see the property test in `ListRepositoryTests`.
struct ListWindow {
    /// The entry before the window; `nil` for the beginning of the list.
    private(set) var start: Keyset?
    /// The last entry of the window; `nil` where it reaches to the end of the list.
    private(set) var end: Keyset?
    /// How many entries of the window stand before the part.
    private(set) var offset: Int

    /// Finds the window of a part.
    /// - Parameters:
    ///   - after: the entry from which the part is counted; `nil` for the beginning.
    ///   - offset: how many entries to leave out from there.
    init(
        of range: ListRange, _ isDescending: Bool, after: Keyset?, limit: Int, offset: Int, in db: Connection
    ) throws(DatabaseError) {
        let all = range.owners?.values ?? []
        start = after
        self.offset = offset
        // How far rows are counted, how many are wanted from there, and who may have many of them.
        var (reached, wanted, owners) = (after, offset + limit, all)
        while wanted > 0, !owners.isEmpty {
            let place = 2 * wanted / owners.count + 1
            let probes = try ListRepository.probes(
                range, of: owners, at: place, isDescending, from: reached, to: end, in: db)
            // Up to the first `within` probes there are no more rows than wanted, up to the one numbered `past` there
            // are more.
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
