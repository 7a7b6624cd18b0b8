import ArgumentParser
import Database
import FastCGI
import Gatehouse
import Glibc
import Logging
import Threads
import Web

/// Answers FastCGI requests until told to stop.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer FastCGI requests and run background jobs.",
        discussion: """
            Standard input must be a listening socket, as from spawn-fcgi; for development, --socket or --port opens \
            one. TERM, INT, QUIT and USR1 end the process once its work under way is finished; HUP and USR2 reopen the \
            log file.
            """)

    @Option(help: ArgumentHelp("Listen on a Unix socket at this path, for development.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Listen on this loopback port, for development.", valueName: "number"))
    var port: UInt16?

    func validate() throws {
        guard socket == nil || port == nil else { throw ValidationError("Give --socket or --port, not both.") }
    }

    func run() throws {
        do {
            try serve()
        } catch {
            // multiwatch restarts a dead process at once, and gives up a slot whose processes keep dying.
            sleep(1)
            throw Failure.told(error)
        }
    }

    /// The time for which the unit (`TimeoutStopSec`) and `deploy/run` wait for the end of a process.
    private static let timeToStop = Duration.seconds(60)
    /// The part of it that is left for ending.
    private static let timeToEnd = Duration.seconds(8)

    /// A long answer must end in time after a stop. When its time is over, a piece of it may still be on its way, and
    /// the handler may have begun with the next chunk.
    private static let limits = {
        var limits = FastCGI.Limits()
        limits.longestStreamWhenStopping = timeToStop - timeToEnd - limits.silence - Application.requestBudget
        return limits
    }()

    private func serve() throws {
        // Before any thread starts, so every thread inherits it.
        Signals.block()
        let settings = try Server.settings()
        let listener = try listener()
        let logFile = try LogFile(path: settings.log.file)
        let log = Logger(label: "gatehouse") { _ in JSONLogHandler(file: logFile, level: settings.log.level) }

        let application = try Application(
            settings, Server.program, log: log, requestLog: RequestLog(file: logFile, level: settings.log.level))
        do {
            try application.prepare()
        } catch let error as DatabaseError {
            log.warning("serving without a usable database for now", metadata: ["reason": "\(error)"])
        }
        let server = try FastCGI.Server(
            listener: listener, workers: settings.workers, limits: Self.limits,
            makeHandler: { application.makeHandler() },
            isProbe: { application.isProbe($0) },
            isScrape: { application.isScrape($0) },
            onLoad: { application.note(connected: $0, waiting: $1) },
            refusal: { status, request in application.refuse(status, request) },
            onFault: { fault in log.error("transport fault", metadata: ["reason": "\(fault)"]) })
        try server.start()
        try application.startWorkers()
        log.info(
            "serving", metadata: ["version": "\(Application.version)", "workers": .stringConvertible(settings.workers)])

        waitForDrain(logFile, log)
        log.info("draining")
        server.drain()
        application.stopWorkers()
        server.wait()
        application.shutdown()
        log.info("stopped")
    }

    private func listener() throws -> Listener {
        if let socket { return try .unix(path: socket) }
        if let port { return try .loopback(port: port) }
        return try .inherited()
    }

    /// Returns on a signal to stop; meanwhile reopens the log on a signal for that.
    private func waitForDrain(_ logFile: LogFile, _ log: Logger) {
        while true {
            switch Signals.next() {
            case .drain: return
            case .reopenLog:
                do {
                    try logFile.reopen()
                    log.info("log reopened")
                } catch {
                    log.error("log not reopened", metadata: ["reason": "\(error)"])
                }
            }
        }
    }
}
