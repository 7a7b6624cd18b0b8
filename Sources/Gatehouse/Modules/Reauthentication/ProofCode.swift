import Cryptography
import Database
import FoundationEssentials
import Web

/// Six digits with which the user of a session proves that they read their mail.
struct ProofCode: Sendable {
    let digits: String

    /// The number of attempts at a code, right or wrong.
    static let attempts = 5
    /// The time for which a code is good.
    static let lifetime = Duration.seconds(600)
    private static let label = "proof-code"

    /// Makes a code.
    init() {
        let number = String(Int.random(in: 0...999_999))
        digits = String(repeating: "0", count: 6 - number.count) + number
    }

    /// Reads a code; spaces within it, as in `123 456`, are ignored.
    init?(_ text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: " ") }
        guard digits.count == 6, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        self.digits = String(decoding: digits, as: UTF8.self)
    }

    /// The code as it is stored, for one session and the address to which it is mailed. Without the master key, a
    /// reader of the database cannot try all codes.
    func stored(
        for session: UUID, mailedTo emailKey: String, _ masterKeys: MasterKeys
    ) -> (keyID: String, mac: [UInt8]) {
        let (id, key) = masterKeys.newestKey(HMACKey<SHA256>.self, for: Self.label)
        return (id, key.code(for: message(session, emailKey)).bytes)
    }

    /// Whether it is the code that was stored.
    func matches(
        _ mac: [UInt8], keyID: String, for session: UUID, mailedTo emailKey: String, _ masterKeys: MasterKeys
    ) -> Bool {
        let key = masterKeys.key(id: keyID, HMACKey<SHA256>.self, for: Self.label)
        return key?.isValid(mac, for: message(session, emailKey)) ?? false
    }

    private func message(_ session: UUID, _ emailKey: String) -> String.UTF8View {
        "\(session.text).\(digits).\(emailKey)".utf8
    }
}

extension Field where Value == ProofCode? {
    static let proofCode = Field<String>.text(1...20).annotated("pattern", "^ *([0-9] *){6}$")
        .map(standIn: nil) { text -> Result<ProofCode?, Rejection> in
            guard let code = ProofCode(text) else { return .failure(Rejection("format", "Must be six digits.")) }
            return .success(code)
        }
}

/// Mails a code to the user of a session. The code is made when the mail is sent, so it exists nowhere else.
struct SendProofCode: Job {
    static let kind = "auth.send_proof_code"

    let userID: UInt64
    let session: UUID

    var subjects: [JobSubject] { [.user(userID)] }

    func run(_ context: JobContext) throws {
        guard let found = try UserRepository.findCredentials(userID, in: context.db), found.passwordHash == nil,
            found.user.emailVerifiedAt != nil, let recipient = MailRecipient(found.user)
        else { return }
        let code = ProofCode()
        guard let word = MailWord(code.digits),
            try ProofCodeRepository.store(code, for: session, of: found.user, context.masterKeys, in: context.db)
        else { return }
        try context.send(.proofCode(word, expiresIn: ProofCode.lifetime), to: recipient)
    }
}

extension MailTemplate {
    /// Sends a code with which the user of a session proves who they are.
    static func proofCode(_ code: MailWord, expiresIn lifetime: Duration) -> MailTemplate {
        MailTemplate(
            subject: "Your code",
            [
                .paragraph("To confirm that it is you, enter this code where you were asked for it: \(code)"),
                .paragraph("It works for \(lifetime), and only in the session that requested it."),
                .paragraph(
                    """
                    If you were not asked for a code, somebody else is signed in to your account: end that session, \
                    or set a new password.
                    """),
            ])
    }
}
