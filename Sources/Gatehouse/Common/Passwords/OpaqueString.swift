import Web

extension String {
    /// A password in the form that is hashed and assessed: the profile OpaqueString of RFC 8265, section 4.2.2, which
    /// maps every blank to U+0020 and composes. Characters that the profile refuses are accepted here.
    /// - Throws: `NormalizationError` when memory runs out.
    var opaque: String {
        get throws(NormalizationError) { try mappingBlanks.nfc }
    }

    /// The bytes of `opaque`, made without leaving another copy in memory unless there are blanks to map.
    var opaqueUTF8: [UInt8] {
        get throws(NormalizationError) { try mappingBlanks.nfcUTF8 }
    }

    /// Whether there are blanks that are mapped to U+0020: an earlier version may have hashed them unmapped.
    var hasOtherBlanks: Bool { unicodeScalars.contains(where: \.isOtherBlank) }

    private var mappingBlanks: String {
        guard hasOtherBlanks else { return self }
        return String(UnicodeScalarView(unicodeScalars.map { $0.isOtherBlank ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    fileprivate var isOtherBlank: Bool { !isASCII && properties.generalCategory == .spaceSeparator }
}
