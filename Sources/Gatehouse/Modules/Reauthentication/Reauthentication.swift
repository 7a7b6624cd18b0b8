/// Proofs of who uses a session, before what would take the account over: by the password, or, for an account without
/// one, by a code that is mailed to it.
struct Reauthentication: Module {
    static let tables = ["proof_codes"]
    static let auditActions: [AuditAction] = [.sessionProved, .codeRefused]
    static let jobs: [any Job.Type] = [SendProofCode.self]
    static let expiredRows = [
        ExpiredRows("proofCodes") { limit, db in try ProofCodeRepository.purge(limit: limit, in: db) }
    ]

    let service: ReauthenticationService

    init(_ services: Services) throws {
        service = try ReauthenticationService(services)
    }
}

extension AuditAction {
    static let sessionProved = AuditAction(rawValue: "session.proved")
    static let codeRefused = AuditAction(rawValue: "code.refused")
}
