import CFastCGI
import Glibc
import Web

/// The loop of one thread: wait for a connection, read a request, answer it or leave it to a thread with a slot, wait
/// again.
///
/// Nothing here is ever interrupted by a signal: libfcgi takes an interrupted read for the end of the body. So an
/// eventfd signals a stop, between requests.
struct Worker: Sendable {
    private let listener: Listener
    private let stop: StopEvent
    private let service: Service
    private let admission: Admission
    private let epoll: Int32

    init(
        listener: Listener, stop: StopEvent, service: Service, admission: Admission
    ) throws(ServerError) {
        self.listener = listener
        self.stop = stop
        self.service = service
        self.admission = admission
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw ServerError(call: "epoll_create1", code: errno) }
        // Exclusive: one new connection wakes one worker of one process, not all workers of all processes.
        try watch(listener.descriptor, EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue)
        try watch(stop.descriptor, EPOLLIN.rawValue)
    }

    private func watch(_ descriptor: Int32, _ events: UInt32) throws(ServerError) {
        var event = epoll_event(events: events, data: epoll_data_t(fd: descriptor))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            let code = errno
            close(epoll)
            throw ServerError(call: "epoll_ctl", code: code)
        }
    }

    /// Serves until the stop is signalled, and then the waiting requests.
    func run() {
        let handle = service.makeHandler()
        var exchange = Exchange(service: service, stop: stop)
        while !stop.isSignalled, waitForConnection() {
            guard let connection = acceptConnection() else { continue }
            exchange.attach(connection)
            guard exchange.readNext() else { continue }
            if let incoming = exchange.incoming, answersAtOnce(incoming, exchange, handle) { continue }
            switch admission.enter(exchange) {
            case .serve: serve(exchange, handle)
            case .waits: exchange = Exchange(service: service, stop: stop)
            case .isRefused: exchange.refuse(.serviceUnavailable, exchange.incoming)
            }
        }
        close(epoll)
    }

    /// Answers a probe, and one scrape at a time, with or without a slot. Without a slot the connection ends, since
    /// this thread must become free again.
    private func answersAtOnce(_ incoming: Request, _ exchange: Exchange, _ handle: Handler) -> Bool {
        let isScrape = service.isScrape(incoming)
        guard isScrape || service.isProbe(incoming) else { return false }
        if admission.takeSlot() {
            serve(exchange, handle)
            return true
        }
        guard !isScrape || admission.beginScrape() else { return false }
        defer { if isScrape { admission.endScrape() } }
        exchange.answer(handle, keepingConnection: false)
        return true
    }

    /// Answers the requests of a connection, and then of those that wait for its slot.
    private func serve(_ first: Exchange, _ handle: Handler) {
        var next: Exchange? = first
        while let exchange = next {
            repeat {
                exchange.answer(handle, keepingConnection: !stop.isSignalled)
            } while exchange.isConnected && waitForRequest(on: exchange) && exchange.readNext()
            next = admission.leave()
        }
    }

    /// Whether there is a connection to accept; `false` once stopped.
    ///
    /// The kernel assumes that a woken worker accepts its connection. So that connection is accepted even if the stop
    /// came at the same time; otherwise it would stay until the next one wakes a sibling.
    private func waitForConnection() -> Bool {
        var events = [epoll_event(), epoll_event()]
        let count = epoll_wait(epoll, &events, 2, -1)
        guard count >= 0 else { return errno == EINTR }
        return events.prefix(Int(count)).contains { $0.data.fd == listener.descriptor }
    }

    private func acceptConnection() -> Int32? {
        let connection = accept(listener.descriptor, nil, nil)
        guard connection >= 0 else {
            if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { pause(for: errno) }
            return nil
        }
        let (seconds, attoseconds) = service.limits.silence.components
        var patience = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        return connection
    }

    /// The connection stays in the backlog; without a pause the worker would spin until resources are freed.
    private func pause(for code: Int32) {
        service.onFault("cannot accept a connection: \(String(cString: strerror(code)))")
        var waited = pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&waited, 1, 100)
    }

    /// Waits on an idle kept connection; closes it on a stop, unless a request has already arrived.
    private func waitForRequest(on exchange: Exchange) -> Bool {
        var waited: InlineArray<2, pollfd> = [
            pollfd(fd: exchange.connection, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        var span = waited.mutableSpan
        span.withUnsafeMutableBufferPointer { waited in
            while poll(waited.baseAddress, 2, -1) < 0, errno == EINTR {}
        }
        if waited[0].revents != 0 { return true }
        exchange.close()
        return false
    }
}
