import CIDN2
import Glibc
import Web

/// An e-mail address that mail can be sent to (RFC 5321, section 4.1.2; RFC 6531, section 3.3).
///
/// Narrower than the grammar where only mistakes and tricks live: no quoted local parts, no domain literals,
/// no domains of one label, nothing that people cannot see (`Unicode.Scalar.isReadable`; a domain that needs U+200C is
/// written with its A-labels), and beyond ASCII only letters, marks and digits in the local part.
public struct EmailAddress: Sendable {
    /// The address as the person typed it, in NFC: what is stored and shown.
    public let entered: String

    /// What two addresses are compared by: the local part case-folded (`caseFolded`), the domain as A-labels (RFC 5890,
    /// section 2.3.2.1).
    public let key: String

    /// The form for SMTP: the local part in NFC, its case kept, and the domain as A-labels.
    public let mailbox: String

    /// Reads an address that somebody gives; `nil` when it is not one.
    public init?(_ entered: String) {
        // Also of the domain: what is hidden there is mapped to nothing, so that two spellings of a domain would look
        // alike.
        guard Self.isBounded(entered), entered.unicodeScalars.allSatisfy(\.isReadable) else { return nil }
        self.init(ofAccount: entered)
    }

    /// Reads an address by which somebody signs in. Earlier versions took addresses in which something is hidden, and
    /// whoever has one still signs in by it.
    init?(ofAccount entered: String) {
        guard Self.isBounded(entered) else { return nil }
        let parts = entered.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].contains(where: Self.becomeASCII.contains),
            let local = try? String(parts[0]).nfc, Self.isLocalPart(local),
            let domain = Self.asciiDomain(String(parts[1])),
            let localKey = try? local.caseFolded,
            let entered = try? entered.nfc, entered.unicodeScalars.count <= Self.longestEntered
        else { return nil }
        self.entered = entered
        key = "\(localKey)@\(domain)"
        mailbox = "\(local)@\(domain)"
        guard mailbox.utf8.count <= Self.longestAddress else { return nil }
    }

    /// Reads an address that was stored, perhaps by an earlier version, which took more. What NFC replaces is replaced:
    /// to Unicode both are the same, and mail went to that.
    static func stored(_ entered: String) -> EmailAddress? {
        EmailAddress(ofAccount: entered) ?? (try? entered.nfc).flatMap { EmailAddress(ofAccount: $0) }
    }

    /// Whether a text is short enough to be normalised.
    private static func isBounded(_ entered: String) -> Bool {
        entered.unicodeScalars.count <= longestEntered * String.mostDecomposed && entered.isStreamSafe
    }

    /// The domain as A-labels, in lower case.
    var domain: String {
        key.split(atByte: UInt8(ascii: "@"), maxSplits: 1).last.map(String.init) ?? ""
    }

    /// Stands in where an address is wanted and none could be read; no mail can go to it.
    static let standIn = EmailAddress(entered: "", key: "", mailbox: "")

    private init(entered: String, key: String, mailbox: String) {
        self.entered = entered
        self.key = key
        self.mailbox = mailbox
    }

    /// Code points, in NFC.
    private static let longestEntered = 254

    /// What NFC makes ASCII of: U+212A, the sign of kelvin, would be a K. That never changes, and there will be no
    /// more.
    private static let becomeASCII: Set<Unicode.Scalar> = ["\u{37E}", "\u{1FEF}", "\u{212A}"]

    /// Octets: a path is at most 256 with its angle brackets (RFC 5321, section 4.5.3.1.3).
    private static let longestAddress = 254

    /// Octets (RFC 5321, section 4.5.3.1.1).
    private static let longestLocalPart = 64

    /// The characters of an atom beside letters and digits (RFC 5322, section 3.2.3).
    private static let atomSymbols: Set<Unicode.Scalar> = Set("!#$%&'*+-/=?^_`{|}~".unicodeScalars)

    private static func isLocalPart(_ text: String) -> Bool {
        guard text.utf8.count <= longestLocalPart else { return false }
        return text.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            atom in
            guard let first = atom.first, !isMark(first) else { return false }
            return atom.allSatisfy { scalar in
                if scalar.isASCII { return isLetterOrDigit(scalar) || atomSymbols.contains(scalar) }
                return isLetterOrDigit(scalar) || isMark(scalar)
            }
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber:
            true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }

    /// The domain of a mail address in ASCII, or `nil`.
    private static func asciiDomain(_ text: String) -> String? {
        guard let domain = DomainName.ascii(text) else { return nil }
        let labels = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // An all-digit last label would make the domain an IPv4 address (RFC 3696, section 2).
        guard labels.count > 1, labels.allSatisfy(isHostLabel), let last = labels.last,
            !last.allSatisfy(isDigit)
        else { return nil }
        return domain
    }

    /// The key with the domain in its own script, case-folded: by this an address is found by its beginning. `nil`
    /// where the domain has no A-label, so that this is the key.
    var unicodeKey: String? {
        let parts = key.split(atByte: UInt8(ascii: "@"), maxSplits: 1)
        guard parts.count == 2,
            parts[1].split(atByte: UInt8(ascii: ".")).contains(where: { $0.beginsWithBytes(of: "xn--") })
        else { return nil }
        var result: UnsafeMutablePointer<CChar>?
        guard idn2_to_unicode_8z8z(String(parts[1]), &result, 0) == IDN2_OK.rawValue, let result else { return nil }
        defer { free(result) }
        return (try? String(cString: result).caseFolded).map { "\(parts[0])@\($0)" }
    }

    /// The beginning of a domain in its own script, in the form that `unicodeKey` has.
    /// - Throws: `NormalizationError` when memory runs out.
    static func searchable(_ domain: String) throws(NormalizationError) -> String {
        let folded = try domain.nfkc.caseFolded.unicodeScalars.map { $0 == "\u{3002}" ? "." : $0 }
        return String(String.UnicodeScalarView(folded))
    }

    /// Letters, digits and inner hyphens, 1 to 63 octets (RFC 1123, section 2.1).
    private static func isHostLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
            && label.allSatisfy { octet in
                isDigit(octet) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet) || octet == hyphen
            }
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }
}
