import Database
import FoundationEssentials
import Web

/// Tells the people in charge of a webhook that a delivery is dead, or that the webhook was disabled: the owners of the
/// organization or, for a webhook of the installation, the administrator who made it or all administrators.
struct SendWebhookNotice: Job {
    static let kind = "webhooks.send_notice"

    /// What happened.
    enum Occasion: String, Codable {
        /// A delivery is dead.
        case dead
        /// The webhook was disabled, since its receiver answered 410.
        case gone
        /// The webhook was disabled, since no delivery succeeded for days.
        case failing
    }

    let userID: UInt64
    let webhookID: UInt64
    let occasion: Occasion

    var subjects: [JobSubject] { [.user(userID)] }

    /// Enqueues a mail to everyone in charge of a webhook, unless they got enough of them today.
    /// - Returns: whether they get this one.
    @discardableResult
    static func enqueue(_ occasion: Occasion, _ lease: DeliveryQueue.Lease, in db: Connection) throws -> Bool {
        let isAdmitted = try WebhookHealth.admitNotice(
            isDisabling: occasion != .dead, about: lease.webhookID, of: lease.organizationID, in: db)
        guard isAdmitted else { return false }
        for userID in try WebhookRepository.usersInCharge(of: lease.webhookID, in: db) {
            try JobQueue.enqueue(
                SendWebhookNotice(userID: userID, webhookID: lease.webhookID, occasion: occasion), in: db)
        }
        return true
    }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.find(userID, in: context.db), user.emailVerifiedAt != nil,
            let recipient = MailRecipient(user),
            let webhook = try WebhookRepository.find(webhookID, in: context.db)
        else { return }
        try context.send(
            .webhookNotice(
                occasion, name: PlainName(organization: webhook.description), id: MailWord(webhook.publicID.text)),
            to: recipient)
    }
}

extension MailTemplate {
    /// - Parameter name: the description of the webhook.
    static func webhookNotice(
        _ occasion: SendWebhookNotice.Occasion, name: PlainName?, id: MailWord?
    ) -> MailTemplate {
        let facts: [MailText?] = [name.map { "Webhook: \($0)" }, id.map { "Id: \($0)" }]
        return MailTemplate(
            subject: occasion == .dead ? "A webhook could not be delivered" : "A webhook was disabled",
            [
                .paragraph(occasion.text), .list(facts.compactMap(\.self)),
                .paragraph(
                    "Repair the receiver\(occasion == .dead ? "" : ", and enable the webhook"). Then send the dead "
                        + "deliveries again by the operation \"recover\" of the webhook. They are kept for "
                        + "\(DeliveryRepository.retentionDays) days."),
            ])
    }
}

extension SendWebhookNotice.Occasion {
    fileprivate var text: MailText {
        switch self {
        case .dead:
            "An event could not be delivered to a webhook of yours: the attempts failed "
                + "\(DeliverySchedule.attempts) times, over more than \(DeliverySchedule.span). It is not tried again. "
                + "There is no further mail about this until a delivery has succeeded."
        case .gone:
            "A webhook of yours was disabled: its receiver answered 410 Gone, which says that it wants no further "
                + "events."
        case .failing:
            "A webhook of yours was disabled: no delivery to its receiver has succeeded for "
                + "\(WebhookHealth.daysWithoutSuccess) days."
        }
    }
}
