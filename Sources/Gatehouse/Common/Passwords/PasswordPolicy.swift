import Web

/// The requirements for a new password: long enough, hard enough to guess, and not in a known leak.
struct PasswordPolicy: Sendable {
    private let breachCheck: BreachCheck?

    /// The minimum `PasswordStrength` of a password in bits: about a million guesses, which the limits on attempts put
    /// out of reach.
    private static let leastBits = 20.0

    /// Makes a policy.
    /// - Parameter breachCheck: the check for leaks; `nil` for none.
    init(breachCheck: BreachCheck?) {
        self.breachCheck = breachCheck
    }

    /// Refuses an unacceptable password.
    ///
    /// It may block for the breach check, so do not call it in a transaction.
    /// - Parameters:
    ///   - field: the password's name in the request.
    ///   - email: the person's address, if known.
    ///   - name: the person's name, if known.
    /// - Throws: `VALIDATION_ERROR` with one detail: `too_short`, `too_long`, `too_weak` or `breached`.
    func require(_ password: String, in field: String, email: String?, name: String?) throws(APIError) {
        guard let rejection = assess(password, email: email, name: name) ?? breach(of: password) else { return }
        throw APIError(.validation, details: [Fault(field, rejection.code, rejection.message)])
    }

    /// The fault of a password that the person may still be typing; `nil` if there is none.
    ///
    /// Only `require` makes the breach check: with a request for each beginning of a password, the service would learn
    /// far more than five digits of one hash.
    func assess(_ password: String, email: String?, name: String?) -> Rejection? {
        if let fault = PasswordLength.fault(of: password, in: PasswordLength.new) { return fault }
        guard let strength = try? PasswordStrength(of: password, personal: Self.words(of: email, name)) else {
            return .notNormalizable
        }
        guard strength.bits < Self.leastBits else { return nil }
        return Rejection("too_weak", strength.weakness?.hint ?? Self.hint)
    }

    private func breach(of password: String) -> Rejection? {
        guard let breachCheck, breachCheck.contains(password) else { return nil }
        return Rejection("breached", "This password is in a list of stolen passwords. Choose another one.")
    }

    /// The words that identify the person: each whole text, the local part, and all words of three letters or more.
    /// Shorter words occur in too many good passwords.
    private static func words(of email: String?, _ name: String?) -> [String] {
        let texts = [name, email, email?.split(separator: "@").first.map(String.init)].compactMap { $0 }
        let parts = texts.prefix(2).flatMap { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        return (texts + parts).filter { $0.unicodeScalars.count >= 3 }
    }

    private static let hint = "This is easy to guess. Three or four unrelated words make a good password."
}

extension PasswordStrength.Weakness {
    /// The weakness and its remedy, for the person. It contains no part of the password.
    fileprivate var hint: String {
        switch self {
        case .word: "This is a common password or word. Three or four unrelated words make a good password."
        case .disguisedWord:
            "This is a common password or word, even with other signs for its letters. "
                + "Three or four unrelated words make a good password."
        case .personal:
            "This contains little more than your name or address. Choose words that have nothing to do with you."
        case .disguisedPersonal:
            "This contains little more than your name or address, even with other signs for their letters. "
                + "Choose words that have nothing to do with you."
        case .repetition: "This repeats the same characters. Three or four unrelated words make a good password."
        case .sequence:
            "This follows the alphabet or counts. Three or four unrelated words make a good password."
        case .keyboard: "These keys are next to each other. Three or four unrelated words make a good password."
        case .date: "This is a date or a year. Three or four unrelated words make a good password."
        }
    }
}
