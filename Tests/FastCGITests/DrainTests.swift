import FastCGI
import Testing
import Threads
import Web

@Suite struct DrainTests {
    @Test func manyClientsAreServedAtOnce() throws {
        let harness = try Harness(workers: 8)
        defer { harness.end() }
        let answered = Monitor(0)
        try concurrently(32) { _ in
            for _ in 1...50 {
                guard let answer = try? harness.connect().exchange(parameters("GET", "/")) else { continue }
                if answer.isComplete { answered.update { $0 += 1 } }
            }
        }
        #expect(answered.update { $0 } == 1_600)
    }

    @Test func requestsInFlightAreAnsweredAfterADrain() throws {
        let inFlight = Monitor(0)
        let gate = Monitor(false)
        let harness = try Harness(workers: 4) { request in
            inFlight.update { $0 += 1 }
            gate.wait { $0 ? () : nil }
            return echo(request)
        }
        let clients = try (0..<4).map { _ in try harness.connect() }
        for client in clients { client.send(FrontServer.request(parameters("GET", "/"), keep: true)) }
        #expect(inFlight.wait(atMost: .seconds(30)) { $0 == 4 ? true : nil } == true)
        harness.server.drain()
        harness.server.drain()
        gate.update { $0 = true }
        for client in clients {
            #expect(client.readAnswer().status == "Status: 200 OK")
            #expect(client.readsEnd())
        }
        harness.end()
    }

    @Test func anIdleServerEndsWhenDrained() throws {
        try Harness(workers: 32).end()
    }

    @Test func anIdleKeptConnectionIsClosedByADrain() throws {
        let harness = try Harness(workers: 1)
        let client = try harness.connect()
        #expect(client.exchange(parameters("GET", "/"), keep: true).isComplete)
        harness.server.drain()
        #expect(client.readsEnd())
        harness.end()
    }

    @Test func aSiblingTakesOverWithoutAFailedRequest() throws {
        let path = temporaryPath()
        let listener = try Listener.unix(path: path)
        let answered = Monitor(0)
        let failed = Monitor(0)
        let isOver = Monitor(false)
        let clients = try (0..<8).map { number in
            try Threads.Thread(name: "client-\(number)") {
                while !isOver.update({ $0 }) {
                    let answer = try? FrontServer(path: path).exchange(parameters("GET", "/"))
                    (answer?.isComplete == true ? answered : failed).update { $0 += 1 }
                }
            }
        }
        var serving = try Harness(listener: listener, path: path)
        for round in 1...5 {
            #expect(answered.wait(atMost: .seconds(30)) { $0 >= round * 200 ? true : nil } == true)
            let successor = try Harness(listener: listener, path: path)
            serving.server.drain()
            serving.server.wait()
            serving = successor
        }
        #expect(answered.wait(atMost: .seconds(30)) { $0 >= 1_200 ? true : nil } == true)
        isOver.update { $0 = true }
        for client in clients { client.join() }
        serving.end()
        #expect(failed.update { $0 } == 0)
    }
}
