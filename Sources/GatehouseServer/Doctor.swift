import ArgumentParser
import Gatehouse
import Web

/// Reports the faults of an installation.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check everything that an installation depends on, and say how to correct it.",
        discussion: """
            Checks the settings, OpenSSL, files, database, triggers, signing keys, mail server and clocks. Sends no \
            mail, and rolls back every trial change. Run it as the program's account and with its settings. Exits with \
            1 if there is a fault, else with 0; warnings are not faults.
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
                // Advice for several findings is printed once, below the last of them.
                let next = findings.dropFirst(index + 1).first
                if let advice = finding.advice, advice != next?.advice { print("         \(advice)") }
            }
        }
        if worst == .fault { throw ExitCode.failure }
    }
}

extension Finding.Status {
    /// The word, padded to the width of the widest.
    fileprivate var word: String {
        switch self {
        case .ok: "ok     "
        case .warning: "warning"
        case .fault: "FAULT  "
        }
    }
}
