import Database
import FoundationEssentials
import Logging
import Web

/// Makes an account after the answer was sent; if the address has one, tells its owner.
struct CompleteRegistration: Job {
    static let kind = "auth.complete_registration"

    let publicID: UUID
    let email: String
    let name: String
    let passwordHash: String
    let device: String?
    let invitationHash: [UInt8]?
    let requestID: String
    let ipAddress: String

    init(_ applicant: Applicant) {
        publicID = applicant.publicID
        email = applicant.email.entered
        name = applicant.name
        passwordHash = applicant.passwordHash
        device = applicant.device
        invitationHash = applicant.invitation.tokenHash
        requestID = applicant.origin.requestID
        ipAddress = applicant.origin.address
    }

    var subjects: [JobSubject] { [.address(entered: email)] }

    func run(_ context: JobContext) throws {
        guard let address = EmailAddress(email) else { return }
        let applicant = Applicant(
            publicID: publicID, email: address, name: name, passwordHash: passwordHash, device: device,
            invitation: InvitationProof(tokenHash: invitationHash),
            origin: Origin(requestID: requestID, address: ipAddress, userAgent: ""))
        do {
            _ = try context.db.transaction { db in
                try applicant.insert(by: context.erasure, telling: context.hooks, in: db)
            }
        } catch is APIError {
            // A hook refuses the account. The request was answered as if it were made.
            context.log.info("a registration was refused")
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_public_id") {
            // An earlier attempt at this very job has made it.
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            // A separate job, so this one, which contains a hash, is finished whatever happens to the mail.
            let emailKey = try UserRepository.key(of: address, in: context.db)
            try JobQueue.enqueue(SendAlreadyRegistered(emailKey: emailKey), in: context.db)
        }
    }
}
