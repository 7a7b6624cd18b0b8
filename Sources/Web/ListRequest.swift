/// The combinations of filters and sorts that a list accepts. Only those that an index serves are declared; all others
/// are refused, so no request scans a table.
public struct ListCombinations<Sort>: Sendable
where Sort: RawRepresentable<String> & CaseIterable & Hashable & Sendable {
    let pairs: [(filters: Set<String>, sorts: [Sort])]
    let searches: [Set<String>]

    /// Declares combinations.
    /// - Parameters:
    ///   - pairs: sets of filters with the sorts for each; the very first sort is the default.
    ///   - searches: the sets of filters that can be combined with `q`; empty if there is no search.
    public init(
        _ pairs: [(filters: [String], sorts: [Sort])], searchableWith searches: [[String]] = []
    ) {
        self.pairs = pairs.map { (Set($0.filters), $0.sorts) }
        self.searches = searches.map(Set.init)
    }

    /// The sorts for a set of filters.
    func sorts(with filters: Set<String>) -> [Sort] {
        pairs.filter { $0.filters == filters }.flatMap(\.sorts)
    }

    /// The sort of a request without `sortBy`: the first for its filters.
    func defaultSort(with filters: Set<String>) -> Sort? {
        sorts(with: filters).first ?? pairs.first?.sorts.first
    }

    /// The form in the document.
    var json: JSON {
        let searches = searches.map { ListCombinations.json(filters: $0.union(["q"]), sorts: []) }
        return .array(pairs.map { ListCombinations.json(filters: $0.filters, sorts: $0.sorts) } + searches)
    }

    private static func json(filters: Set<String>, sorts: [Sort]) -> JSON {
        [
            "filters": .array(filters.sorted().map { .string($0) }),
            "sortBy": .array(sorts.map { .string($0.rawValue) }),
        ]
    }
}

/// The requested part of a list, and its order.
public struct ListRequest<Sort>: Sendable where Sort: RawRepresentable<String> & CaseIterable & Hashable & Sendable {
    /// Where the part begins.
    package enum Position: Sendable, Equatable {
        /// A page by its number.
        case page(PageRequest)
        /// After the entry of this cursor, which may be forged; empty for the first entries.
        case cursor(String)
    }

    /// Where the part begins.
    package let position: Position
    /// The maximum number of entries, 1 to 100.
    public let limit: Int
    /// The sort; without meaning for a search, whose results come in the order of words.
    public let sort: Sort
    /// The direction of the sort.
    public let order: SortDirection
    /// The search; `nil` if there is none.
    public let search: String?
    /// The names of the filters that were given.
    public let filters: Set<String>
    /// Sort, order and filters in one text, to which a cursor is bound.
    package let binding: String

    /// Reads `page`, `limit`, `cursor`, `sortBy`, `sortOrder` and, if the list can be searched, `q`. Read the filters
    /// before.
    public init(from input: inout Input, _ combinations: ListCombinations<Sort>) {
        let given = input.queryGiven
        filters = Set(given.keys)
        search = combinations.searches.isEmpty ? nil : input.query("q", .search)
        let page = PageRequest(from: &input)
        let cursor = input.query("cursor", .text(0...1000))
        position = cursor.map { .cursor($0) } ?? .page(page)
        limit = page.limit
        let standIn = combinations.defaultSort(with: []) ?? Sort.allCases[Sort.allCases.startIndex]
        let sortBy = input.query("sortBy", Field<Sort>.oneOf(Sort.self, standIn: standIn))
        let sortOrder = input.query("sortOrder", Field<SortDirection>.oneOf(SortDirection.self, standIn: .ascending))
        sort = sortBy ?? combinations.defaultSort(with: filters) ?? standIn
        order = sortOrder ?? (search == nil ? .default(of: sort.rawValue) : .ascending)
        binding = Self.binding(search == nil ? "\(sort.rawValue) \(order.rawValue)" : "words", given, search)
        input.note(combinations.json)
        check(&input, combinations, sortBy, sortOrder)
    }

    private func check(
        _ input: inout Input, _ combinations: ListCombinations<Sort>, _ sortBy: Sort?, _ sortOrder: SortDirection?
    ) {
        if case .cursor = position, input.queryGiven["page"] != nil {
            input.reject("cursor", Rejection("contradiction", "Give either page or cursor."))
        }
        guard search != nil else {
            checkPair(&input, combinations)
            return
        }
        for (name, isGiven) in [("sortBy", sortBy != nil), ("sortOrder", sortOrder != nil)] where isGiven {
            input.reject(name, Rejection("contradiction", "Search results come in the order of words."))
        }
        if !combinations.searches.contains(filters) {
            input.reject("q", Rejection("combination", "A search cannot be combined with \(Self.list(filters)) here."))
        }
    }

    private func checkPair(_ input: inout Input, _ combinations: ListCombinations<Sort>) {
        let sorts = combinations.sorts(with: filters)
        if sorts.isEmpty {
            let message = "The filters \(Self.list(filters)) cannot be combined."
            input.reject("sortBy", Rejection("combination", message))
        } else if !sorts.contains(sort) {
            let choices = sorts.map(\.rawValue).joined(separator: ", ")
            input.reject(
                "sortBy",
                Rejection(
                    "combination",
                    "With these filters the list can only be sorted by \(choices)."))
        }
    }

    private static func list(_ filters: Set<String>) -> String {
        filters.sorted().joined(separator: ", ")
    }

    /// As JSON, so that no value can be read as the end of one and the beginning of another.
    private static func binding(_ order: String, _ filters: [String: String], _ search: String?) -> String {
        let conditions = filters.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
        let json: JSON = [
            "order": .string(order), "filters": .object(conditions), "q": search.map { .string($0) } ?? .null,
        ]
        return String(decoding: json.text(), as: UTF8.self)
    }
}

extension Field where Value == String {
    /// The search: at least two characters, or one that is a word by itself.
    static let search = {
        let text = Field.text(1...100).annotated(
            "description",
            """
            What to search for, by the beginnings of words. At least two characters, or one ideograph, syllable or \
            other letter of a script without case.
            """)
        return Field(schema: text.schema, standIn: "") { json in
            text.read(json).flatMap { search in
                let scalars = search.unicodeScalars
                guard scalars.count == 1, !scalars.allSatisfy(\.isWord) else { return .success(search) }
                let message = "Must have at least 2 characters, or one ideograph or syllable."
                return .failure(Rejection("too_short", message))
            }
        }
    }()
}

extension Unicode.Scalar {
    /// Whether this is a word by itself, like ideographs and syllables. The test is the category Lo, which contains
    /// them; it also contains letters of other scripts without case, which can begin many words but do no harm.
    fileprivate var isWord: Bool { properties.isIdeographic || properties.generalCategory == .otherLetter }
}

extension ListRequest {
    /// The `meta` of a part that was requested by cursor.
    /// - Parameter next: the cursor of the part after this; `nil` at the end.
    package func meta(next: String?) -> ListMeta { .part(limit: limit, next: next) }
}
