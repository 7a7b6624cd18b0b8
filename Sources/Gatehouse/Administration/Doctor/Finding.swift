package import Web

/// What a check found.
package struct Finding: Sendable {
    /// How it stands.
    package enum Status: String, Sendable, CaseIterable {
        /// As it should be.
        case ok
        /// It works, but should be looked at.
        case warning
        /// It does not work, or not for long.
        case fault
    }

    /// What was looked at.
    package let check: String
    /// How it stands.
    package let status: Status
    /// What was found; never a secret.
    package let finding: String
    /// What to do; `nil` where nothing is to be done.
    package let advice: String?

    /// The finding in the form of the API.
    package var json: JSON {
        [
            "check": .string(check), "status": .string(status.rawValue), "finding": .string(finding),
            "advice": advice.json,
        ]
    }

    static func ok(_ check: String, _ finding: String) -> Finding {
        Finding(check: check, status: .ok, finding: finding, advice: nil)
    }

    static func warning(_ check: String, _ finding: String, _ advice: String) -> Finding {
        Finding(check: check, status: .warning, finding: finding, advice: advice)
    }

    static func fault(_ check: String, _ finding: String, _ advice: String) -> Finding {
        Finding(check: check, status: .fault, finding: finding, advice: advice)
    }
}
