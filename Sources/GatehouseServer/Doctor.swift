import ArgumentParser
import Gatehouse
import Web

/// Tells what is wrong with an installation.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Examine everything an installation depends on, and say what to do.",
        discussion: """
            Looks at the settings, OpenSSL, files, database, triggers, signing keys, mail server and clocks. Sends no \
            mail, and rolls back what it tries to change. Run it as the program's own account and with its settings. \
            Ends with 0 where there is no fault (warnings are none), else with 1.
            """)

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        let findings = Doctor.examine(Server.program)
        let worst: Finding.Status =
            findings.contains { $0.status == .fault }
            ? .fault : findings.contains { $0.status == .warning } ? .warning : .ok
        if answer.isJSON {
            answer.show(
                ["data": .array(findings.map(\.json)), "meta": ["status": .string(worst.rawValue)]], [:])
        } else {
            for (index, finding) in findings.enumerated() {
                print("\(finding.status.word)  \(finding.check): \(finding.finding)")
                // Advice that holds for several findings stands once, below the last of them.
                let next = findings.dropFirst(index + 1).first
                if let advice = finding.advice, advice != next?.advice { print("         \(advice)") }
            }
        }
        if worst == .fault { throw ExitCode.failure }
    }
}

extension Finding.Status {
    /// The word, as wide as the widest.
    fileprivate var word: String {
        switch self {
        case .ok: "ok     "
        case .warning: "warning"
        case .fault: "FAULT  "
        }
    }
}
