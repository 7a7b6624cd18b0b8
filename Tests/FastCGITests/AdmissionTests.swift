import FastCGI
import Testing
import Threads
import Web

/// Requests while every worker is busy.
@Suite struct AdmissionTests {
    /// A server whose workers hold every request until the gate opens.
    private struct Busy {
        let harness: Harness
        let inFlight = Monitor(0)
        let gate = Monitor(false)
        let scrapes = Monitor(0)
        let mayScrape = Monitor(false)

        init(workers: Int, waiting: Int = 128) throws {
            let (inFlight, gate, scrapes, mayScrape) = (inFlight, gate, scrapes, mayScrape)
            harness = try Harness(
                workers: workers, limits: Limits(maximumWaiting: waiting), probe: "/probe", scrape: "/scrape"
            ) { request in
                if request.path == "/probe" { return echo(request) }
                if request.path == "/scrape" {
                    scrapes.update { $0 += 1 }
                    mayScrape.wait { $0 ? () : nil }
                    return echo(request)
                }
                inFlight.update { $0 += 1 }
                gate.wait { $0 ? () : nil }
                return echo(request)
            }
        }

        func send(_ count: Int, keep: Bool = false) throws -> [FrontServer] {
            let clients = try (0..<count).map { _ in try harness.connect() }
            for client in clients { client.send(FrontServer.request(parameters("GET", "/"), keep: keep)) }
            return clients
        }

        func waitForInFlight(_ count: Int) -> Bool {
            inFlight.wait(atMost: .seconds(30)) { $0 == count ? true : nil } == true
        }

        func open() {
            gate.update { $0 = true }
        }
    }

    @Test func `a probe is answered while every worker is busy and others wait`() throws {
        let busy = try Busy(workers: 3)
        let clients = try busy.send(3)
        #expect(busy.waitForInFlight(3))
        let waiting = try busy.send(5)
        for _ in 1...10 {
            for keep in [false, true] {
                #expect(
                    try busy.harness.connect().exchange(parameters("GET", "/probe"), keep: keep).status
                        == "Status: 200 OK")
            }
        }
        #expect(busy.inFlight.update { $0 } == 3, "at most as many as there are workers")
        busy.open()
        for client in clients + waiting { #expect(client.readAnswer().status == "Status: 200 OK") }
        busy.harness.end()
    }

    @Test func `a scrape is answered too, and a slow one delays no probe`() throws {
        let busy = try Busy(workers: 2)
        let clients = try busy.send(2)
        #expect(busy.waitForInFlight(2))
        let scrapes = try (1...3).map { _ in try busy.harness.connect() }
        for scrape in scrapes { scrape.send(FrontServer.request(parameters("GET", "/scrape"))) }
        #expect(busy.scrapes.wait(atMost: .seconds(30)) { $0 == 1 ? true : nil } == true)
        for _ in 1...10 {
            #expect(try busy.harness.connect().exchange(parameters("GET", "/probe")).status == "Status: 200 OK")
        }
        #expect(busy.scrapes.update { $0 } == 1, "one scrape at a time bypasses the queue")
        busy.mayScrape.update { $0 = true }
        busy.open()
        for client in clients + scrapes { #expect(client.readAnswer().status == "Status: 200 OK") }
        busy.harness.end()
    }

    @Test func `the numbers of running and waiting requests are reported`() throws {
        let busy = try Busy(workers: 3)
        func waitForLoad(_ connected: Int, _ waiting: Int) -> Bool {
            busy.harness.load.wait(atMost: .seconds(30)) { $0 == [connected, waiting] ? true : nil } == true
        }
        let clients = try busy.send(3)
        #expect(waitForLoad(3, 0))
        let waiting = try busy.send(5)
        #expect(waitForLoad(3, 5))
        busy.open()
        for client in clients + waiting { #expect(client.readAnswer().status == "Status: 200 OK") }
        #expect(waitForLoad(0, 0))
        busy.harness.end()
    }

    @Test func `requests that cannot wait are refused at once`() throws {
        let busy = try Busy(workers: 1, waiting: 2)
        let clients = try busy.send(1)
        #expect(busy.waitForInFlight(1))
        let waiting = try busy.send(2)
        #expect(busy.harness.load.wait(atMost: .seconds(30)) { $0 == [1, 2] ? true : nil } == true)
        let refused = try busy.send(3).map { $0.readAnswer() }
        #expect(refused.allSatisfy { $0.status == "Status: 503 Service Unavailable" })
        busy.open()
        for client in clients + waiting { #expect(client.readAnswer().status == "Status: 200 OK") }
        busy.harness.end()
    }

    @Test func `a waiting request is answered after a drain`() throws {
        let busy = try Busy(workers: 2)
        let clients = try busy.send(2)
        #expect(busy.waitForInFlight(2))
        let waiting = try busy.send(4, keep: true)
        // The probe is read after them, so they are in the queue.
        #expect(try busy.harness.connect().exchange(parameters("GET", "/probe")).isComplete)
        busy.harness.server.drain()
        busy.open()
        for client in clients + waiting {
            #expect(client.readAnswer().status == "Status: 200 OK")
            #expect(client.readsEnd())
        }
        busy.harness.end()
    }

    @Test func `probes on a kept connection are answered repeatedly`() throws {
        let busy = try Busy(workers: 1)
        let client = try busy.harness.connect()
        for _ in 1...3 { #expect(client.exchange(parameters("GET", "/probe"), keep: true).isComplete) }
        busy.harness.end()
    }
}
