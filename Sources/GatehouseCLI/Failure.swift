import ArgumentParser

/// How a command ends that could not do its work.
enum Failure {
    /// Tells the error on standard error, without the usage that the argument parser would add.
    /// - Returns: exit code 1.
    static func told(_ error: any Error) -> ExitCode {
        Terminal.tell("gatehouse: \(error)\n")
        return .failure
    }
}
