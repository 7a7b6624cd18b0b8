import Glibc

/// The request of a signal to a serving process.
package enum Signal: Sendable {
    /// Finish the requests in flight, then end: TERM, INT, QUIT, and USR1, which multiwatch sends.
    case drain
    /// Reopen the log file: HUP, USR2.
    case reopenLog
}

/// The signals of a serving process, received by one thread so that no worker's system call is interrupted.
package enum Signals {
    private static let drain = [SIGTERM, SIGINT, SIGQUIT, SIGUSR1]
    private static let reopenLog = [SIGHUP, SIGUSR2]

    /// Blocks these signals in the calling thread and in all threads that it starts from then on.
    ///
    /// Call it before any thread starts. Afterwards, writing to a closed connection raises no signal either.
    package static func block() {
        signal(SIGPIPE, SIG_IGN)
        var set = awaited
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits on the calling thread for the next signal (sigwait(3)).
    package static func next() -> Signal {
        var set = awaited
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        return reopenLog.contains(number) ? .reopenLog : .drain
    }

    private static var awaited: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in drain + reopenLog { sigaddset(&set, number) }
        return set
    }
}
