import Web

/// The allowed lengths of a password, in code points after NFC.
enum PasswordLength {
    /// The length of a new password (NIST SP 800-63B, section 5.1.1.2, requires a minimum of 8 and a maximum of at
    /// least 64).
    static let new = 8...128

    /// The length of a password to compare.
    static let any = 1...128

    /// The fault of a password's length; `nil` if it is right.
    static func fault(of password: String, in length: ClosedRange<Int>) -> Rejection? {
        if case .failure(let rejection) = password.normalized(length) { rejection } else { nil }
    }
}
