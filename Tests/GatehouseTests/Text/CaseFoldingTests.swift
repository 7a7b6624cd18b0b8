import Testing
import Web

@testable import Gatehouse

@Suite struct CaseFoldingTests {
    /// Every character that has another case, with its upper, lower and title case. Characters added after Unicode 15
    /// are left out, since an older libutf8proc does not know their folding; nobody's address contains them.
    private static let pairs: [(letter: Unicode.Scalar, mappings: Set<String>)] =
        (0...0x10FFFF).lazy.compactMap(Unicode.Scalar.init).compactMap { scalar in
            let properties = scalar.properties
            let cases = [properties.uppercaseMapping, properties.lowercaseMapping, properties.titlecaseMapping]
            let mappings = Set(cases).filter { mapping in mapping.unicodeScalars.allSatisfy(isInUnicode15) }
            let others = mappings.filter { Array($0.unicodeScalars) != [scalar] }
            return others.isEmpty || !isInUnicode15(scalar) ? nil : (scalar, others)
        }

    private static func isInUnicode15(_ scalar: Unicode.Scalar) -> Bool {
        guard let age = scalar.properties.age else { return false }
        return (age.major, age.minor) <= (15, 0)
    }

    /// Whether a character is documented to differ from its other case: a letter, as Unicode decomposes it, whose other
    /// case consists of several letters or is an ASCII letter.
    private func staysApart(_ letter: Unicode.Scalar) throws -> Bool {
        try String(letter).nfd.unicodeScalars.contains { part in
            let cases = [part.properties.uppercaseMapping, part.properties.titlecaseMapping]
            return !part.isASCII
                && cases.contains { $0.unicodeScalars.count > 1 || $0.utf8.allSatisfy { $0 < 0x80 } }
        }
    }

    @Test func `a letter and its other cases are the same, except for those documented`() throws {
        var apart = ""
        for (letter, mappings) in Self.pairs {
            let folded = try Array(String(letter).caseFolded.utf8)
            let differing = try mappings.filter { try Array($0.caseFolded.utf8) != folded }
            if try staysApart(letter) {
                if !differing.isEmpty { apart.unicodeScalars.append(letter) }
            } else {
                #expect(differing.isEmpty, "U+\(String(letter.value, radix: 16)) \(letter): \(differing)")
            }
        }
        #expect(Self.pairs.count > 2_700)
        #expect(Array(apart.utf8) == Array("ßıŉſևẚẛﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ".utf8))
    }

    @Test func `folding is idempotent, and so is the normal form`() throws {
        for scalar in (0...0x10FFFF).lazy.compactMap(Unicode.Scalar.init) where scalar.properties.isCased {
            let folded = try String(scalar).caseFolded
            #expect(Array(try folded.caseFolded.utf8) == Array(folded.utf8), "U+\(String(scalar.value, radix: 16))")
            #expect(Array(try folded.nfcUTF8) == Array(folded.utf8))
            #expect(Array(try String(scalar).nfc.caseFolded.utf8) == Array(folded.utf8))
        }
    }

    @Test func `no letter beyond ASCII is folded to an ASCII one, except where Unicode requires it`() throws {
        for scalar in (0x80...0x10FFFF).lazy.compactMap(Unicode.Scalar.init) {
            let folded = try String(scalar).caseFolded
            guard folded.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
            #expect(try String(scalar).nfc.utf8.allSatisfy { $0 < 0x80 }, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test(arguments: [
        ("ΝΊΚΟΣ", "νίκοσ"), ("νίκος", "νίκοσ"), ("ΝΊΚΟΣ".lowercased(), "νίκοσ"), ("STRASSE", "strasse"),
        ("Straße", "straße"),
        ("STRAẞE", "straße"), ("İ", "i\u{307}"), ("I", "i"), ("ı", "ı"), ("µ", "μ"), ("ſ", "ſ"), ("\u{149}", "\u{149}"),
        ("ﬁ", "ﬁ"), ("J\u{30C}", "\u{1F0}"), ("Ꭰ", "Ꭰ"), ("ꭰ", "Ꭰ"), ("ᾼ", "αι"), ("Ა", "ა"), ("A.b+C@D", "a.b+c@d"),
    ])
    func `letters are folded one by one`(text: String, folded: String) throws {
        #expect(Array(try text.caseFolded.utf8) == Array(folded.utf8))
    }
}
