import Database
import Web

/// A candidate for a password, and the person's data.
struct PasswordCandidate: RequestInput {
    let password: String
    let email: String?
    let name: String?
    let token: String?

    init(from input: inout Input) {
        password = input.required("password", .text(0...1024).annotated("format", "password"))
        email = input.optional("email", .text(0...254))
        name = input.optional("name", .text(0...100))
        token = input.optional("token", .token)
    }

    static let exampleBody: JSON? = [
        "password": "correct horse battery staple", "email": "ada@example.com", "name": "Ada Lovelace",
    ]
}

/// Whether a password would be accepted, with a hint for a better one.
struct PasswordAssessment: ResponseObject {
    let hint: String?

    func write(to output: inout Output) {
        output.field("acceptable", hint == nil)
        output.field(
            "hint", hint,
            description: "What is wrong with the password, and how to improve it; `null` if it is acceptable.")
    }

    static let example = PasswordAssessment(
        hint: "This is a common password or word. Three or four unrelated words make a good password.")
}

/// Assesses a password for a person who types it.
struct PasswordCheckService {
    let passwords: PasswordPolicy

    func check(_ input: PasswordCandidate, _ call: Call) throws -> Answer<PasswordAssessment> {
        var (email, name) = (input.email, input.name)
        if let text = input.token {
            guard let owner = try owner(ofLink: text, in: call.db) else { throw APIError.unusableLink }
            (email, name) = (owner.email, owner.name)
        }
        let rejection = passwords.assess(input.password, email: email, name: name)
        return Answer(PasswordAssessment(hint: rejection?.message))
    }

    /// The owner of the account whose password a link sets.
    private func owner(ofLink text: String, in db: Connection) throws(DatabaseError) -> User? {
        if let token = OpaqueToken(.resetPassword, text) { return try PasswordResetService.owner(of: token, in: db) }
        guard let token = OpaqueToken(.verifyEmail, text) else { return nil }
        return try EmailVerification.waiting(for: token, in: db)?.user
    }
}
