import Database
import FoundationEssentials
import Web

/// Facts by which people recognise their own registration.
struct RegistrationFacts: ResponseObject {
    /// `nil` if it is not plainly a name, since somebody else may have written it.
    let name: PlainName?
    let time: Date
    /// `nil` if the program recognises neither browser nor system, or if another version took the registration.
    let device: String?

    func write(to output: inout Output) {
        output.field("name", name?.text, description: "`null` unless it is plainly a name.")
        output.field("at", time)
        output.field(
            "device", device,
            description: "Such as `Firefox on Linux`; `null` if neither browser nor system is known.")
    }

    static let example = RegistrationFacts(
        name: PlainName(person: "Ada Lovelace", isVerified: true), time: .example, device: "Firefox on Linux")

    /// The facts of an account that waits for verification; `nil` for one that an administrator or a command made.
    static func of(_ user: User, in db: Connection) throws(DatabaseError) -> RegistrationFacts? {
        guard user.isSelfRegistered else { return nil }
        return RegistrationFacts(
            name: PlainName(person: user.name, isVerified: false), time: user.createdAt,
            device: try UserRepository.registrationDevice(of: user.id, in: db))
    }
}
