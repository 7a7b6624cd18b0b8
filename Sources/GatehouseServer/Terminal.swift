import Gatehouse
import Glibc

/// A command's questions to its user.
enum Terminal {
    /// Why no answer could be read.
    enum Refusal: Error, CustomStringConvertible {
        case noPassword
        case notText
        case control
        case differ
        case cancelled
        case declined

        var description: String {
            switch self {
            case .noPassword: "there is no password on standard input"
            case .notText: "the password is not UTF-8, or longer than \(longestLine) bytes"
            case .control:
                """
                the password contains a control character, such as NUL or a tab, or a byte order mark, which cannot be \
                typed
                """
            case .differ: "the two passwords differ"
            case .cancelled: "cancelled; nothing was changed"
            case .declined: "nothing was changed"
            }
        }
    }

    /// Reads a password: at a terminal twice and without echo, else the first line of standard input, which may end
    /// with CRLF.
    static func password() throws(Refusal) -> String {
        guard isatty(STDIN_FILENO) != 0 else { return try typable(nonempty(line(mayEndWithCR: true))) }
        let first = try hidden("Password: ")
        guard try hidden("Again: ").utf8.elementsEqual(first.utf8) else { throw .differ }
        return first
    }

    /// Asks for confirmation, if there is a terminal.
    static func confirm(_ question: String) throws(Refusal) {
        guard isatty(STDIN_FILENO) != 0 else { return }
        tell("\(question) [y/N] ")
        guard let answer = try line(), ["y", "yes"].contains(answer.lowercased()) else { throw .declined }
    }

    /// A password has at most 128 characters, each of at most 4 bytes.
    private static let longestLine = 4096

    /// Reads a line without echo. Like getpass(3), it reads the keys that send signals as characters, since a process
    /// that ends here would leave the terminal without echo.
    private static func hidden(_ prompt: String) throws(Refusal) -> String {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw .noPassword }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            tell("\n")
        }
        tell(prompt)
        let text = try nonempty(line())
        let interrupt = Unicode.Scalar(UInt8(3))
        if text.unicodeScalars.contains(interrupt) { throw .cancelled }
        return try typable(text)
    }

    /// Refuses characters that nobody could type when signing in, since they come from the encoding of the text, not
    /// from the password.
    private static func typable(_ text: String) throws(Refusal) -> String {
        let isTypable = text.unicodeScalars.allSatisfy { !$0.isControlOrSeparator && $0 != "\u{feff}" }
        guard isTypable else { throw .control }
        return text
    }

    private static func nonempty(_ line: String?) throws(Refusal) -> String {
        guard let line, !line.isEmpty else { throw .noPassword }
        return line
    }

    /// One line of standard input, without its end; `nil` at the end of input. It is read byte by byte, so nothing
    /// stays in a buffer.
    private static func line(mayEndWithCR: Bool = false) throws(Refusal) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else {
                if bytes.isEmpty { return nil }
                break
            }
            if byte == UInt8(ascii: "\n") { break }
            guard bytes.count < longestLine else { throw .notText }
            bytes.append(byte)
        }
        if mayEndWithCR && bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        return text
    }

    /// Writes to standard error.
    static func tell(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
