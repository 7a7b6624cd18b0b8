import Web

/// How long a password may be, in code points after NFC.
enum PasswordLength {
    /// Of a password to be set (NIST SP 800-63B, section 5.1.1.2, asks for 8 and for at least 64).
    static let new = 8...128

    /// Of a password to be compared.
    static let any = 1...128

    /// Says what is wrong with the length of a password; `nil` when it is right.
    static func fault(of password: String, in length: ClosedRange<Int>) -> Rejection? {
        if case .failure(let rejection) = password.normalized(length) { rejection } else { nil }
    }
}
