/// The tokens of links that are mailed to users. Modules that mail one make its token and consume it here.
struct OneTimeTokens: Module {
    static let tables = ["one_time_tokens"]
    static let expiredRows = [
        ExpiredRows("oneTimeTokens") { limit, db in try OneTimeTokenRepository.purge(limit: limit, in: db) }
    ]

    init(_ services: Services) {}
}
