import Gatehouse

/// A module that sends mail and uses only the public interface: it welcomes everybody who verifies an address.
struct Welcome: Module {
    static let settings: [any ModuleSettings.Type] = [WelcomeSettings.self]
    static let jobs: [any Job.Type] = [SendWelcome.self]
    static let hooks: [Hook] = [.afterCommit(EmailVerified.self) { SendWelcome(user: $0.user) }]

    init(_ services: Services) {}
}

/// The settings for newcomers.
struct WelcomeSettings: ModuleSettings {
    let trialDays: Int

    init(from reader: inout SettingReader) {
        trialDays = reader.read(
            "GATEHOUSE_WELCOME_TRIAL_DAYS", .integer(1...365), default: "30",
            "For how many days newcomers try all of it.")
    }
}

/// Welcomes a newcomer.
struct SendWelcome: Job {
    static let kind = "welcome.send"

    let user: UserReference

    var subjects: [JobSubject] { [.user(user.id)] }

    func run(_ context: JobContext) throws {
        guard let newcomer = try UserProfile.find(user.id, in: context.db), newcomer.isActive,
            let recipient = newcomer.mailRecipient
        else { return }
        let days = try context.settings(WelcomeSettings.self).trialDays
        let page = context.link(to: "/welcome")
        let isGerman = newcomer.locale.hasPrefix("de")
        try context.send(isGerman ? .willkommen(page, days: days) : .welcome(page, days: days), to: recipient)
    }
}

extension MailTemplate {
    static func welcome(_ page: PageLink, days: Int) -> MailTemplate {
        MailTemplate(
            subject: "Welcome",
            [
                .paragraph("Your address is confirmed. For \(days) days you can try everything."),
                .link(page, label: "See the first steps"),
            ])
    }

    static func willkommen(_ page: PageLink, days: Int) -> MailTemplate {
        MailTemplate(
            subject: "Willkommen", in: .german,
            [
                .paragraph("Ihre Adresse ist bestätigt. Sie können \(days) Tage lang alles ausprobieren."),
                .link(page, label: "Die ersten Schritte"),
            ])
    }
}

extension MailLanguage {
    static let german = MailLanguage(
        "de", buttonHint: "Falls der Knopf nicht geht, kopieren Sie diese Adresse in Ihren Browser:",
        signature: "Diese Mail kommt von"
    ) { name in
        if let name { "Guten Tag \(name)," } else { "Guten Tag," }
    }
}
