import CHiredis
import Glibc

/// A connection to Redis for one thread at a time. Any failure ends it.
final class RedisConnection: @unchecked Sendable {
    /// A failure, without passwords, keys or values.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    private var context: UnsafeMutablePointer<redisContext>?
    /// Redis' digest of the script that was last sent.
    private var digest: String?

    /// The time limit for connecting.
    private static let connectTimeout = timeval(tv_sec: 0, tv_usec: 200_000)
    /// The time limit for one answer.
    private static let timeout = timeval(tv_sec: 0, tv_usec: 100_000)

    deinit {
        if let context { redisFree(context) }
    }

    /// Opens and authenticates this connection, if necessary.
    func opened(at address: RedisAddress) throws(Failure) -> RedisConnection {
        guard context == nil else { return self }
        guard let context = redisConnectWithTimeout(address.host, address.port, Self.connectTimeout) else {
            throw Failure("out of memory")
        }
        self.context = context
        guard context.pointee.err == 0 else { throw failure }
        redisSetTimeout(context, Self.timeout)
        if !address.password.isEmpty {
            _ = try command(["AUTH"] + (address.user.isEmpty ? [] : [address.user]) + [address.password], Self.isOK)
        }
        if address.database != 0 { _ = try command(["SELECT", String(address.database)], Self.isOK) }
        return self
    }

    /// Runs a script that returns integers. Its text is sent once, and again to a server that no longer has it.
    func run(_ script: String, _ arguments: [String]) throws(Failure) -> [Int] {
        for _ in 1...2 {
            let known: String
            if let digest { known = digest } else { known = try load(script) }
            digest = known
            if let numbers = try command(["EVALSHA", known] + arguments, Self.integers) { return numbers }
            digest = nil
        }
        throw Failure("it does not store the script")
    }

    private func load(_ script: String) throws(Failure) -> String {
        try command(["SCRIPT", "LOAD", script]) { reply throws(Failure) in
            guard reply.type == REDIS_REPLY_STRING, let text = reply.str else { throw Self.unexpected(reply) }
            return String(cString: text)
        }
    }

    private static func isOK(_ reply: redisReply) throws(Failure) -> Bool {
        guard reply.type == REDIS_REPLY_STATUS else { throw unexpected(reply) }
        return true
    }

    /// - Returns: `nil` if the server does not have the script.
    private static func integers(_ reply: redisReply) throws(Failure) -> [Int]? {
        if reply.type == REDIS_REPLY_ERROR, let text = reply.str, strncmp(text, "NOSCRIPT", 8) == 0 { return nil }
        guard reply.type == REDIS_REPLY_ARRAY, let elements = reply.element else { throw unexpected(reply) }
        var numbers: [Int] = []
        for index in 0..<reply.elements {
            guard let element = elements[index], element.pointee.type == REDIS_REPLY_INTEGER else {
                throw unexpected(reply)
            }
            numbers.append(Int(element.pointee.integer))
        }
        return numbers
    }

    /// The first word of an error is its code; the rest may quote the request.
    private static func unexpected(_ reply: redisReply) -> Failure {
        guard reply.type == REDIS_REPLY_ERROR, let text = reply.str else {
            return Failure("its answer is not valid")
        }
        return Failure("it refused the request: \(String(cString: text).prefix { $0 != " " })")
    }

    private var failure: Failure {
        guard let context else { return Failure("not connected") }
        return Failure(
            withUnsafeBytes(of: context.pointee.errstr) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            })
    }

    private func command<Value>(
        _ words: [String], _ read: (redisReply) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard let context else { throw failure }
        var words = words.map { strdup($0).map { UnsafePointer($0) } }
        defer { for word in words { free(UnsafeMutablePointer(mutating: word)) } }
        guard let answer = redisCommandArgv(context, Int32(words.count), &words, nil) else { throw failure }
        defer { freeReplyObject(answer) }
        return try read(answer.assumingMemoryBound(to: redisReply.self).pointee)
    }
}
