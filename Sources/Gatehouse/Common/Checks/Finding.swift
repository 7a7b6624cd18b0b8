package import Web

/// The finding of a check.
public struct Finding: Sendable {
    /// How it stands.
    package enum Status: String, Sendable, CaseIterable {
        /// No problem.
        case ok
        /// It works, but needs attention.
        case warning
        /// It does not work, or will not for long.
        case fault
    }

    /// The name of the check.
    package let check: String
    /// How it stands.
    package let status: Status
    /// The finding, without secrets.
    package let finding: String
    /// The remedy; `nil` if none is needed.
    package let advice: String?

    /// The finding in the form of the API.
    package var json: JSON {
        [
            "check": .string(check), "status": .string(status.rawValue), "finding": .string(finding),
            "advice": advice.json,
        ]
    }

    /// No problem.
    /// - Parameters:
    ///   - check: the name of the check.
    ///   - finding: the finding, without secrets.
    public static func ok(_ check: String, _ finding: String) -> Finding {
        Finding(check: check, status: .ok, finding: finding, advice: nil)
    }

    /// It works, but needs attention.
    /// - Parameters:
    ///   - check: the name of the check.
    ///   - finding: the finding, without secrets.
    ///   - advice: the remedy.
    public static func warning(_ check: String, _ finding: String, _ advice: String) -> Finding {
        Finding(check: check, status: .warning, finding: finding, advice: advice)
    }

    /// It does not work, or will not for long.
    /// - Parameters:
    ///   - check: the name of the check.
    ///   - finding: the finding, without secrets.
    ///   - advice: the remedy.
    public static func fault(_ check: String, _ finding: String, _ advice: String) -> Finding {
        Finding(check: check, status: .fault, finding: finding, advice: advice)
    }
}
