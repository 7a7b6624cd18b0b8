import CUTF8Proc

extension StringProtocol {
    /// How many columns the text takes on a terminal: two for each wide character, such as an ideograph, and none for
    /// marks (Unicode Standard Annex #11).
    package var displayWidth: Int {
        unicodeScalars.reduce(0) { $0 + Int(utf8proc_charwidth(utf8proc_int32_t($1.value))) }
    }
}
