public import FoundationEssentials

extension Field where Value == Date {
    /// A point in time (RFC 3339, section 5.6), to the microsecond. Databases support the years 1000 to 9999; times
    /// outside count as the beginning or end of this range.
    public static let time = Field(
        schema: ["type": "string", "format": "date-time"], standIn: Date(timeIntervalSince1970: 0)
    ) { json in
        guard let text = json.string else { return .failure(.type("a string", found: json)) }
        guard let time = RFC3339.parse(text) else {
            return .failure(Rejection("format", "Must be a time such as 2026-01-31T12:00:00Z."))
        }
        return .success(min(max(time, .earliestStored), .latestStored))
    }
}

extension Date {
    /// 1000-01-01T00:00:00Z
    fileprivate static let earliestStored = Date(timeIntervalSince1970: -30_610_224_000)
    /// 9999-12-31T23:59:59Z
    fileprivate static let latestStored = Date(timeIntervalSince1970: 253_402_300_799)
}
