import CIDN2
import Glibc

/// Names of hosts, in any script.
enum DomainName {
    /// The name in ASCII, in libidn2's form for look-ups (RFC 5891, section 5, after the mapping of UTS #46); `nil` if
    /// it is not a name.
    static func ascii(_ text: String) -> String? {
        // libidn2 takes a C string, so it would ignore text after U+0000.
        guard !text.utf8.contains(0) else { return nil }
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        var result: UnsafeMutablePointer<UInt8>?
        guard idn2_lookup_u8(text, &result, flags) == IDN2_OK.rawValue, let result else { return nil }
        defer { free(result) }
        return String(cString: result)
    }
}
