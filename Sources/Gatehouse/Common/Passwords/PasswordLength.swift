import Web

/// How long a password may be, in code points after NFC.
enum PasswordLength {
    /// Of a password to be set (NIST SP 800-63B, section 5.1.1.2, asks for 8 and for at least 64).
    static let new = 8...128

    /// Of a password to be compared.
    static let any = 1...128

    /// For a password whose characters cannot be counted.
    static let notNormalizable = Rejection("format", "Must be Unicode text that can be normalised.")

    /// Says what is wrong with the length of a password; `nil` when it is right.
    static func fault(of password: String, in length: ClosedRange<Int>) -> Rejection? {
        let count: Int
        if password.unicodeScalars.count > length.upperBound * String.mostDecomposed {
            count = .max
        } else {
            guard password.isStreamSafe else { return .marks }
            guard let normalized = try? password.nfc else { return notNormalizable }
            count = normalized.unicodeScalars.count
        }
        if count < length.lowerBound {
            return Rejection("too_short", "Must have at least \(length.lowerBound) characters.")
        }
        if count > length.upperBound {
            return Rejection("too_long", "Must have at most \(length.upperBound) characters.")
        }
        return nil
    }
}
