import ArgumentParser
import Glibc

/// How a command ends that could not do its work.
enum Failure {
    /// Tells the error on standard error, without the usage that the argument parser would add.
    /// - Returns: exit code 1.
    static func told(_ error: any Error) -> ExitCode {
        let text = Array("gatehouse: \(error)\n".utf8)
        _ = write(STDERR_FILENO, text, text.count)
        return .failure
    }
}
