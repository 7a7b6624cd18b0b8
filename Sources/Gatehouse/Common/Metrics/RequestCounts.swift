import Web

/// Requests by route, method and status, with the duration of their answers. The place of each counter is known from
/// the start, so a request costs three additions.
struct RequestCounts: Sendable {
    /// A counted route.
    struct Route {
        let method: HTTPMethod
        let pattern: String
    }

    /// Two places for each route, for its method and for HEAD, then one for each method of requests without a route.
    private let places: [Place]
    private let firstUnmatched: Int
    /// The counter of each status, from 100 on.
    private let counters: [UInt8]

    private struct Place: Sendable {
        // Mapped for as long as the process lives.
        nonisolated(unsafe) let statuses: MetricsFile.Words
        let durations: Histogram

        init(_ words: MetricsFile.Words) {
            statuses = words
            durations = Histogram(words + RequestCounts.statusWords)
        }
    }

    static let family = "http"
    /// The name for requests without a route.
    static let unmatched = "unmatched"
    /// The name for all other methods or statuses.
    static let other = "other"
    /// The methods of requests without a route; the last stands for all others.
    static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", other]
    /// The statuses that the program answers; one more counter is for all others.
    static let statuses = [
        200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 414, 415, 422, 429, 431,
        brokenOff, 500, 501, 503,
    ]
    static let statusWords = 32
    /// nginx's number for a caller that went away; here also for an answer that could not be sent in time.
    static let brokenOff = 499
    static let wordCount = statusWords + Histogram.wordCount

    init(_ routes: [Route], in file: MetricsFile) throws(SharedFile.Failure) {
        func place(_ method: String, _ pattern: String) throws(SharedFile.Failure) -> Place {
            Place(try file.block([Self.family, method, pattern], count: Self.wordCount))
        }
        var places: [Place] = []
        for route in routes {
            let own = try place(route.method.rawValue, route.pattern)
            places.append(own)
            places.append(route.method == .get ? try place("HEAD", route.pattern) : own)
        }
        firstUnmatched = places.count
        for method in Self.methods { places.append(try place(method, Self.unmatched)) }
        self.places = places
        counters = (100...599).map { UInt8(Self.statuses.firstIndex(of: $0) ?? Self.statuses.count) }
    }

    /// Counts an answer.
    /// - Parameters:
    ///   - route: the number of the route; `nil` if there is none.
    ///   - method: the method; `nil` if the request could not be read.
    func record(route: Int?, method: HTTPMethod?, status: Int, took duration: Duration) {
        let place = places[index(route, method)]
        let counter = counters.indices.contains(status - 100) ? counters[status - 100] : UInt8(Self.statuses.count)
        Counter(place.statuses + Int(counter)).add()
        place.durations.record(duration)
    }

    private func index(_ route: Int?, _ method: HTTPMethod?) -> Int {
        if let route { return 2 * route + (method == .head ? 1 : 0) }
        let name = method?.rawValue ?? Self.other
        return firstUnmatched + (Self.methods.firstIndex { $0.utf8.elementsEqual(name.utf8) } ?? Self.methods.count - 1)
    }
}
