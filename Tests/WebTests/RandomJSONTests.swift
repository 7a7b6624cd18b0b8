import FoundationEssentials
import Testing

@testable import Web

/// A value as `JSONDecoder` reads it.
private enum Decoded: Decodable {
    case null
    case bool(Bool)
    case number(Int?, Double)
    case string(String)
    case array([Decoded])
    case object([String: Decoded])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(try? value.decode(Int.self), number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([Decoded].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: Decoded].self))
        }
    }

    func isSame(as json: JSON) -> Bool {
        switch (self, json) {
        case (.null, .null): true
        case (.bool(let value), .bool(let expected)): value == expected
        case (.number(let integer, _), .integer(let expected)): integer == expected
        case (.number(_, let number), .number(let expected)): number == expected
        case (.string(let string), .string(let expected)): string.hasSameBytes(as: expected)
        case (.array(let elements), .array(let expected)):
            elements.count == expected.count && zip(elements, expected).allSatisfy { $0.isSame(as: $1) }
        case (.object(let members), .object(let expected)):
            members.count == expected.count
                && expected.allSatisfy { member in members[member.name]?.isSame(as: member.value) == true }
        default: false
        }
    }
}

extension JSON {
    fileprivate static func random(_ depth: Int, using random: inout SeededRandom) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: -12...12, using: &random))
        case 3: return .integer(.random(in: .min ... .max, using: &random))
        case 4: return .number(finite(using: &random))
        case 5, 6: return .string(text(using: &random))
        case 7:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in .random(depth - 1, using: &random) })
        default:
            let count = Int.random(in: 0...4, using: &random)
            return .object(
                (0..<count).map { .init("\($0)\(text(using: &random))", .random(depth - 1, using: &random)) })
        }
    }

    private static func finite(using random: inout SeededRandom) -> Double {
        // JSONDecoder has no negative zero.
        let number = Double(bitPattern: random.next())
        return number.isFinite && number != 0 ? number : 0.5
    }

    /// Characters of each kind: controls, ASCII, and those of two, three and four bytes in UTF-8.
    private static func text(using random: inout SeededRandom) -> String {
        let kinds: [ClosedRange<UInt32>] = [
            1...0x1F, 0x20...0x7F, 0x22...0x22, 0x5C...0x5C, 0x80...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF,
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
            if let scalar = Unicode.Scalar(UInt32.random(in: kind, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}

@Suite struct RandomJSONTests {
    @Test func `random JSON is read the same by libjansson and by Foundation`() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<2_000 {
            let value = JSON.random(4, using: &random)
            let text = value.text()
            let read = try JSON(parsing: text)
            #expect(read == value)
            // Compares the bytes, since canonically equivalent strings are also equal.
            #expect(read.text() == text)
            #expect(try JSON(parsing: value.text(indented: true)).text() == text)
            let decoded = try JSONDecoder().decode(Decoded.self, from: Data(text))
            #expect(decoded.isSame(as: value), "\(value.compact)")
        }
    }
}
