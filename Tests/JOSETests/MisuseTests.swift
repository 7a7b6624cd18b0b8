import Glibc
import Testing

/// Misuse of keys and algorithms does not compile: the compiler refuses each marked line of `Misuse.swift` for the
/// reason beside it, and no other line.
@Suite struct MisuseTests {
    private struct Failed: Error {
        let reason: String
    }

    private static let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()

    private func content(of path: String) throws -> String {
        try output(of: "cat '\(path)'")
    }

    private func output(of command: String) throws -> String {
        guard let pipe = popen(command, "r") else { throw Failed(reason: "no process") }
        defer { pclose(pipe) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&part, 1, part.count, pipe), count > 0 { text += part.prefix(count) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The folder in which this test and the modules were built.
    private func buildFolder() throws -> String {
        let program = try #require(realpath("/proc/self/exe", nil))
        defer { free(program) }
        return String(cString: program).split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }

    /// The compiler's errors, by line. It needs the modules of the C libraries that ours are built on.
    private func refusals(of file: String) throws -> [Int: [String]] {
        let (built, sources) = (try buildFolder(), Self.folder + "/../../Sources")
        let folders = ["\(built)/Modules"] + ["COpenSSL", "CJansson", "CUTF8Proc"].map { "\(sources)/\($0)" }
        let said = try output(
            of: "swiftc -typecheck -swift-version 6 -diagnostic-style llvm -module-cache-path '\(built)/ModuleCache' "
                + folders.map { "-I '\($0)' " }.joined() + "'\(file)' 2>&1")
        var refusals: [Int: [String]] = [:]
        for line in said.split(separator: "\n") {
            guard let error = line.firstRange(of: " error: ") else { continue }
            let place = line[..<error.lowerBound].split(separator: ":")
            guard line.hasPrefix(file), place.count == 3, let number = Int(place[1]) else {
                throw Failed(reason: String(line))
            }
            refusals[number, default: []].append(String(line[error.upperBound...]))
        }
        return refusals
    }

    @Test func `the compiler refuses misuse`() throws {
        let file = Self.folder + "/Misuse.swift"
        var refusals = try refusals(of: file)
        let lines = try content(of: file).split(separator: "\n", omittingEmptySubsequences: false)
        var count = 0
        for (index, line) in lines.enumerated() {
            guard let mark = line.firstRange(of: "// refused: ") else { continue }
            let reasons = refusals.removeValue(forKey: index + 1) ?? []
            #expect(reasons.contains { $0.contains(line[mark.upperBound...]) }, "\(line): \(reasons)")
            count += 1
        }
        #expect(count > 30)
        #expect(refusals.isEmpty, "refused as well")
    }
}
