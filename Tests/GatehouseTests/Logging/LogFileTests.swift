import Foundation
import GatehouseTesting
import Synchronization
import Testing
import Threads
import Web

@testable import Gatehouse

@Suite final class LogFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID())")
    private var path: String { folder.appending(path: "gatehouse.log").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// A line that states its writer and number, with a text of this many bytes.
    private static func write(_ number: Int, of writer: Int, _ length: Int, to file: LogFile) {
        file.append { line in
            line.field("writer", writer)
            line.field("text", String(repeating: "é", count: length / 2))
            line.field("number", number)
        }
    }

    /// The numbers of the lines of each writer, in order. Every line must be complete.
    private func numbers(in bytes: some Collection<UInt8>) throws -> [Int: [Int]] {
        var numbers: [Int: [Int]] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            let json = try JSON(parsing: Array(line))
            let writer = try #require(json["writer"]?.integer)
            numbers[writer, default: []].append(try #require(json["number"]?.integer))
        }
        return numbers
    }

    @Test func `lines of many threads and processes are complete, in order, and none is lost on rotation`()
        throws
    {
        // For the kernel, a file opened twice is the same as in two processes.
        let files = [try LogFile(path: path), try LogFile(path: path)]
        let (writers, count) = (8, 1_000)
        let isDone = Atomic(false)
        let moved = Monitor(0)
        let rotation = try Thread(name: "rotation") { [path] in
            while !isDone.load(ordering: .relaxed) {
                let number = moved.update { number in
                    number += 1
                    return number
                }
                rename(path, "\(path).\(number)")
                for file in files { try? file.reopen() }
            }
        }
        _ = try inParallel(writers) { writer in
            for number in 0..<count {
                let length = number.isMultiple(of: 50) ? 20_000 : number % 300
                Self.write(number, of: writer, length, to: files[writer % files.count])
            }
        }
        isDone.store(true, ordering: .relaxed)
        rotation.join()

        let rotated = (1...moved.update { $0 }).map { "\(path).\($0)" } + [path]
        var found: [Int: [Int]] = [:]
        for path in rotated {
            let part = try numbers(in: FileManager.default.contents(atPath: path) ?? Data())
            found.merge(part) { $0 + $1 }
        }
        #expect(rotated.count > 2)
        for writer in 0..<writers { #expect(found[writer] == Array(0..<count)) }
    }

    @Test func `lines of many threads into a pipe are complete`() throws {
        #expect(mkfifo(path, 0o600) == 0)
        let pipe = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(pipe) }
        let read = Monitor<Data?>(nil)
        let (writers, count) = (8, 300)
        let reader: Threads.Thread
        do {
            let file = try LogFile(path: path)
            _ = fcntl(pipe, F_SETFL, 0)
            reader = try Thread(name: "reader") {
                let bytes = FileHandle(fileDescriptor: pipe).readDataToEndOfFile()
                read.update { $0 = bytes }
            }
            _ = try inParallel(writers) { writer in
                // At most 4096 bytes, including what surrounds the text.
                for number in 0..<count { Self.write(number, of: writer, number % 41 * 98, to: file) }
            }
        }
        let found = try numbers(in: read.wait { $0 })
        reader.join()
        for writer in 0..<writers { #expect(found[writer] == Array(0..<count)) }
    }

    @Test func `a line that broke off affects no other line of any process, and adds no empty one`() throws {
        // A limit that no other file of these tests comes near, and that this file reaches by a hole.
        let limit = rlim_t(1 << 40)
        var former = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former)
        var lower = rlimit(rlim_cur: limit, rlim_max: former.rlim_max)
        signal(SIGXFSZ, SIG_IGN)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &lower)
        defer {
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former)
            signal(SIGXFSZ, SIG_DFL)
        }

        // For the kernel, a file opened twice is the same as in two processes.
        let (file, other) = (try LogFile(path: path), try LogFile(path: path))
        let line = #"{"writer":0,"text":"é","number":0}"#.utf8.count + 1
        let room = line + 12
        #expect(truncate(path, off_t(limit) - off_t(room) - 1) == 0)
        let end = try #require(FileHandle(forWritingAtPath: path))
        try end.seekToEnd()
        end.write(Data("\n".utf8))
        for number in 0...2 { Self.write(number, of: 0, 2, to: file) }
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former)
        Self.write(3, of: 1, 2, to: other)
        Self.write(4, of: 0, 2, to: file)

        let handle = try #require(FileHandle(forReadingAtPath: path))
        try handle.seek(toOffset: UInt64(limit) - UInt64(room))
        let lines = handle.readDataToEndOfFile().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(
            lines.map { String(decoding: $0, as: UTF8.self) } == [
                #"{"writer":0,"text":"é","number":0}"#, #"{"writer":0"#, #"{"writer":1,"text":"é","number":3}"#,
                #"{"writer":0,"text":"é","number":4}"#, "",
            ])
    }

    @Test func `a full disk stops nobody`() throws {
        let file = try LogFile(path: "/dev/full")
        for number in 0..<10 { Self.write(number, of: 0, 100, to: file) }
    }

    @Test func `if a file cannot be reopened, the old one is used`() throws {
        let file = try LogFile(path: path)
        Self.write(0, of: 0, 2, to: file)
        let moved = folder.appending(path: "old").path
        #expect(rename(path, moved) == 0)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: LogFile.Failure.self) { try file.reopen() }
        Self.write(1, of: 0, 2, to: file)
        #expect(try numbers(in: FileManager.default.contents(atPath: moved) ?? Data()) == [0: [0, 1]])
        #expect(throws: LogFile.Failure.self) { try LogFile(path: path) }
    }
}
