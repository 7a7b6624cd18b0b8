import Database
import FoundationEssentials
import HTTPTypes
import Web

/// What a new user gives.
struct Register: RequestInput {
    let email: EmailAddress
    let password: String
    let name: String

    init(from input: inout Input) {
        email = input.required("email", .email)
        password = input.required("password", .newPassword)
        name = input.required("name", .line(1...100))
    }

    static let exampleBody: JSON? = [
        "email": "ada@example.com", "password": "correct horse battery staple", "name": "Ada Lovelace",
    ]
}

/// A new user, and what to do next.
struct Registered: ResponseObject {
    let user: User
    let message: String

    func write(to output: inout Output) {
        output.field("user", user)
        output.field("message", message)
    }

    static let example = Registered(
        user: .example, message: "A mail is on its way to ada@example.com. Follow the link in it.")
}

/// Makes accounts. A new account cannot be used before its address is verified, unless the settings say otherwise.
struct Registration {
    let hasher: PasswordHasher

    func register(_ input: Register, _ call: Call) throws -> Answer<Registered> {
        let passwordHash = try hasher.hash(input.password)
        let user = try insert(input, passwordHash, call)
        let registered = Registered(
            user: user, message: "A mail is on its way to \(input.email.entered). Follow the link in it.")
        return Answer(registered, headers: [.location: "/api/v1/users/me"])
    }

    private func insert(_ input: Register, _ passwordHash: String, _ call: Call) throws -> User {
        do {
            return try call.db.transaction { db in
                if let replaced = try UserRepository.removeStaleUnverified(emailKey: input.email.key, in: db) {
                    try Audit.record(.userReplaced, target: replaced, from: call.origin, in: db)
                }
                let id = UUID.v7()
                let user = try UserRepository.insert(
                    id, email: input.email, name: input.name, passwordHash: passwordHash, in: db)
                try JobQueue.enqueue(SendVerificationMail(emailKey: input.email.key), in: db)
                try Audit.record(.userRegistered, actor: id, target: id, from: call.origin, in: db)
                return user
            }
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            throw APIError(.emailTaken)
        }
    }
}
