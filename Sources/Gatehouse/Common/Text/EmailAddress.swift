import CIDN2
import Glibc
import Web

/// A deliverable e-mail address (RFC 5321, section 4.1.2; RFC 6531, section 3.3).
///
/// It excludes parts of the grammar that only mistakes and tricks use: quoted local parts, domain literals, domains of
/// one label, and invisible characters (`Unicode.Scalar.isReadable`; a domain that needs U+200C is written with its
/// A-labels). Beyond ASCII, only letters, marks and digits are allowed in the local part.
public struct EmailAddress: Sendable {
    /// The address as the person typed it, in NFC; this form is stored and shown.
    public let entered: String

    /// The form for comparisons: the local part case-folded (`caseFolded`), the domain as A-labels (RFC 5890, section
    /// 2.3.2.1).
    public let key: String

    /// The form for SMTP: the local part in NFC, its case kept, and the domain as A-labels.
    public let mailbox: String

    /// Reads a new address; `nil` if it is not one.
    public init?(_ entered: String) {
        // This includes the domain: its hidden characters would be mapped to nothing, so two spellings of a domain
        // would look alike.
        guard Self.isBounded(entered), entered.unicodeScalars.allSatisfy(\.isReadable) else { return nil }
        self.init(ofAccount: entered)
    }

    /// Reads the address for a sign-in. Earlier versions accepted addresses with hidden characters, and their owners
    /// can still sign in.
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

    /// Reads a stored address, perhaps of an earlier version, which accepted more. It is normalised to NFC, since both
    /// forms are the same for Unicode, and mail went to that form.
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

    /// A placeholder if no address could be read; no mail can go to it.
    static let standIn = EmailAddress(entered: "", key: "", mailbox: "")

    private init(entered: String, key: String, mailbox: String) {
        self.entered = entered
        self.key = key
        self.mailbox = mailbox
    }

    /// Code points, in NFC.
    private static let longestEntered = 254

    /// The characters that NFC maps to ASCII: U+212A, the kelvin sign, would become K. Unicode guarantees that this
    /// list never changes.
    private static let becomeASCII: Set<Unicode.Scalar> = ["\u{37E}", "\u{1FEF}", "\u{212A}"]

    /// Octets: a path is at most 256 with its angle brackets (RFC 5321, section 4.5.3.1.3).
    private static let longestAddress = 254

    /// Octets (RFC 5321, section 4.5.3.1.1).
    private static let longestLocalPart = 64

    /// The characters of an atom besides letters and digits (RFC 5322, section 3.2.3).
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

    /// The key with the domain in its own script, case-folded, for searches by the beginning of an address. `nil` if
    /// the domain has no A-label, so this equals the key.
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

    /// The beginning of a domain in its own script, in the form of `unicodeKey`.
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
