/// The text format of Prometheus (Prometheus documentation, "Exposition formats", version 0.0.4).
struct Exposition {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The prefix of each name.
    private static let prefix = "gatehouse_"

    typealias Labels = [(name: String, value: String)]

    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text: [UInt8] = []

    /// Begins a metric; its samples follow.
    mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
        write("# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(kind.rawValue)\n")
    }

    /// A metric of one sample.
    mutating func metric(_ name: String, _ kind: Kind, _ help: String, _ value: UInt64) {
        metric(name, kind, help)
        sample(name, [], value)
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: UInt64) {
        sample(name, Self.written(labels), String(value))
    }

    mutating func sample(_ name: String, _ labels: Labels, seconds: Double) {
        sample(name, Self.written(labels), String(seconds))
    }

    /// The samples of a histogram.
    /// - Parameter words: the words of a `Histogram`.
    mutating func histogram(_ name: String, _ labels: Labels, _ words: ArraySlice<UInt64>) {
        guard words.count == Histogram.wordCount, let sum = words.last else { return }
        let labels = Self.written(labels)
        let others = labels.isEmpty ? "" : labels + ","
        var count: UInt64 = 0
        for (bound, word) in zip(Self.bounds, words) {
            count &+= word
            sample(name + "_bucket", "\(others)le=\"\(bound)\"", String(count))
        }
        sample(name + "_sum", labels, String(Double(sum) / 1e9))
        sample(name + "_count", labels, String(count))
    }

    private static let bounds =
        Histogram.bounds.map { bound in
            let seconds = String(Double(bound) / 1e9)
            return seconds.hasSuffix(".0") ? String(seconds.dropLast(2)) : seconds
        } + ["+Inf"]

    private static func written(_ labels: Labels) -> String {
        labels.map { name, value in "\(name)=\"\(escaped(value))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\", "\"": text += "\\\(scalar)"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private mutating func sample(_ name: String, _ labels: String, _ value: String) {
        write("\(Self.prefix)\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n")
    }

    private mutating func write(_ line: String) {
        text.append(contentsOf: line.utf8)
    }
}
