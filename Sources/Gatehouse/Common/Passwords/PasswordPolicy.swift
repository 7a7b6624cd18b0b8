import Web

/// What a password must be to be set: long enough, hard enough to guess, and not in a known leak.
struct PasswordPolicy: Sendable {
    private let breachCheck: BreachCheck?

    /// Bits of `PasswordStrength` that a password needs: about a million guesses, which a limit on attempts
    /// puts out of reach.
    private static let leastBits = 20.0

    /// Makes a policy.
    /// - Parameter breachCheck: `nil` to ask nobody about leaks.
    init(breachCheck: BreachCheck?) {
        self.breachCheck = breachCheck
    }

    /// Refuses a password that must not be set.
    ///
    /// May block for the breach check, so it is not for a transaction.
    /// - Parameters:
    ///   - field: the password's name in the request.
    ///   - email: the person's address, where it is known.
    ///   - name: the person's name, where it is known.
    /// - Throws: `VALIDATION_ERROR` with one detail: `too_short`, `too_long`, `too_weak` or `breached`.
    func require(_ password: String, in field: String, email: String?, name: String?) throws(APIError) {
        guard let rejection = assess(password, email: email, name: name) ?? breach(of: password) else { return }
        throw APIError(.validation, details: [Fault(field, rejection.code, rejection.message)])
    }

    /// What is wrong with a password that may still be in the typing; `nil` when nothing is.
    ///
    /// The breach check is left to `require`: asked about each beginning of a password, the service would learn
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

    /// What the person is known by: each text whole, the local part, and all words of three letters or more.
    /// Shorter ones are in too many good passwords.
    private static func words(of email: String?, _ name: String?) -> [String] {
        let texts = [name, email, email?.split(separator: "@").first.map(String.init)].compactMap { $0 }
        let parts = texts.prefix(2).flatMap { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        return (texts + parts).filter { $0.unicodeScalars.count >= 3 }
    }

    private static let hint = "This is easy to guess. Three or four unrelated words make a good password."
}

extension PasswordStrength.Weakness {
    /// What was recognised and what helps, for the person. No part of the password is in it.
    fileprivate var hint: String {
        switch self {
        case .word: "This is a common password or word. Three or four unrelated words make a good password."
        case .disguisedWord:
            "This is a common password or word, also with other signs for its letters. "
                + "Three or four unrelated words make a good password."
        case .personal:
            "This is made of your name or your address. Choose words that have nothing to do with you."
        case .disguisedPersonal:
            "This is made of your name or your address, also with other signs for its letters. "
                + "Choose words that have nothing to do with you."
        case .repetition: "This repeats the same characters. Three or four unrelated words make a good password."
        case .sequence:
            "This counts or goes through the alphabet. Three or four unrelated words make a good password."
        case .keyboard: "These keys are neighbours. Three or four unrelated words make a good password."
        case .date: "This is a date or a year. Three or four unrelated words make a good password."
        }
    }
}
