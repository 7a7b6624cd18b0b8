import ArgumentParser
import Gatehouse
import Web

/// The end of a failed command.
enum Failure {
    /// Prints the error to standard error, without the usage that the argument parser would add.
    /// - Returns: exit code 1.
    static func told(_ error: any Error) -> ExitCode {
        // Hooks of modules refuse changes with errors of the API.
        let words = (error as? APIError)?.message ?? "\(error)"
        Terminal.tell("\(Program.command): \(words)\n")
        return .failure
    }
}
