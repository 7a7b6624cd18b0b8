import Web

/// Requests by route, method and status, and how long their answers took. Where each is counted is known from the
/// start, so that a request costs three additions.
struct RequestCounts: Sendable {
    /// A route as it is counted.
    struct Route {
        let method: HTTPMethod
        let pattern: String
    }

    /// Two places for each route, for its method and for HEAD, then one for each method of what no route answers.
    private let places: [Place]
    private let firstUnmatched: Int
    /// Which counter each status has, from 100 on.
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
    /// The route of what no route answers.
    static let unmatched = "unmatched"
    /// Method or status of which nothing more is told.
    static let other = "other"
    /// The methods of what no route answers; the last stands for every other.
    static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", other]
    /// What the program answers; a counter more is for every other.
    static let statuses = [
        200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 414, 415, 422, 429, 431, brokenOff, 500,
        501, 503,
    ]
    static let statusWords = 24
    /// Nginx's number for a caller that went away. Here also an answer that could not be sent in its time.
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
    ///   - route: the number of the route; `nil` where none answers.
    ///   - method: `nil` where the request could not be read.
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
