import Database
import FoundationEssentials
public import Web

/// One part of a list: its rows, and the metadata of its answer.
public struct ListPage {
    /// The internal ids, in the order of the list.
    public let ids: [UInt64]
    /// The metadata of the answer.
    public let meta: ListMeta

    /// Rows that were read by these ids, in the order of the list. One that was deleted meanwhile is missing.
    public func inOrder<Row>(_ rows: [Row], by id: KeyPath<Row, UInt64>) -> [Row] {
        let places = Dictionary(rows.map { ($0[keyPath: id], $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { places[$0] }
    }
}

/// Reads lists: pages by number, which reach 10,000 entries deep, and parts by cursor, which cost the same at any
/// depth.
///
/// A cursor is the position of the last entry, encrypted and authenticated together with the route, the caller, the
/// filters and the sort. It is useless for another list, caller or filter, and reveals nothing.
public struct Lists: Sendable {
    private let cursors: Vault

    init(masterKeys: MasterKeys) {
        cursors = Vault(masterKeys, label: "cursors")
    }

    /// One part of a list of the rows of a range.
    /// - Throws: `VALIDATION_ERROR` for a cursor that was not made for this.
    public func page<Sort>(_ request: ListRequest<Sort>, of range: ListRange, _ call: Call) throws -> ListPage {
        try page(request, of: .range(range), call)
    }

    /// One part of a list.
    /// - Parameter source: its rows, in the order of the request.
    /// - Throws: `VALIDATION_ERROR` for a cursor that was not made for this.
    public func page<Sort>(_ request: ListRequest<Sort>, of source: ListSource, _ call: Call) throws -> ListPage {
        switch request.position {
        case .page(let page):
            guard let range = try source.range(after: nil, in: call.db) else {
                return ListPage(ids: [], meta: page.meta(total: 0))
            }
            let entries = try ListRepository.entries(
                of: range, isDescending: request.order == .descending, after: nil, limit: page.limit,
                offset: page.offset, in: call.db)
            let total = try count(range, page, found: entries.count, in: call.db)
            return ListPage(ids: entries.map(\.id), meta: page.meta(total: total))
        case .cursor(let text):
            let row = try binding(of: request, call)
            let last = try open(text, for: row)
            guard let range = try source.range(after: last, in: call.db) else {
                return ListPage(ids: [], meta: request.meta(next: nil))
            }
            let entries = try ListRepository.entries(
                of: range, isDescending: request.order == .descending, after: last, limit: request.limit + 1,
                offset: 0, in: call.db)
            let part = entries.prefix(request.limit)
            let next = try entries.count > part.count ? part.last.map { try seal($0, for: row) } : nil
            return ListPage(ids: part.map(\.id), meta: request.meta(next: next))
        }
    }

    /// The number of entries of a list, counted to one past the reach of paging. A page that is not full is the last
    /// one, so its entries give the number.
    private func count(
        _ range: ListRange, _ page: PageRequest, found: Int, in db: Connection
    ) throws(DatabaseError) -> Int {
        if found < page.limit, found > 0 || page.offset == 0 { return page.offset + found }
        return try ListRepository.count(range, upTo: PageRequest.reach + 1, in: db)
    }

    private func binding<Sort>(of request: ListRequest<Sort>, _ call: Call) throws(APIError) -> String {
        "\(call.request.path)\n\(try call.principal.publicID)\n\(request.binding)"
    }

    private func seal(_ keyset: Keyset, for row: String) throws -> String {
        Base64URL.encode(try cursors.seal(try JSONEncoder().encode(keyset), for: row))
    }

    private func open(_ text: String, for row: String) throws(APIError) -> Keyset? {
        if text.isEmpty { return nil }
        guard let sealed = Base64URL.decode(text), let bytes = try? cursors.open(sealed, for: row),
            let keyset = try? JSONDecoder().decode(Keyset.self, from: Data(bytes))
        else {
            let message = "Is not a cursor for this list with these filters and this order."
            throw APIError(.validation, details: [Fault("cursor", "cursor", message)])
        }
        return keyset
    }
}
