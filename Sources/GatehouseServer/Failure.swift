import ArgumentParser
import Gatehouse
import Web

/// How a command ends that could not do its work.
enum Failure {
    /// Tells the error on standard error, without the usage that the argument parser would add.
    /// - Returns: exit code 1.
    static func told(_ error: any Error) -> ExitCode {
        // A module's hook refuses changes in the words of the API.
        let words = (error as? APIError)?.message ?? "\(error)"
        Terminal.tell("\(Program.command): \(words)\n")
        return .failure
    }
}
