import ArgumentParser
import Gatehouse
import Glibc
import Web

/// Lists the routes.
struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List every route with its guard, rate-limit tier and scope for API keys.",
        discussion: """
            GUARD says who may use the route, TIER which limit counts its requests, and SCOPE which scope an API key \
            needs. A route with SCOPE "-" refuses API keys.
            """)

    func run() throws {
        let columns: KeyValuePairs = [
            "METHOD": "method", "PATH": "path", "GUARD": "guard", "TIER": "tier", "SCOPE": "scope",
        ]
        let routes = try Server.program.declaredRoutes().map { route -> JSON in
            [
                "method": .string(route.method.rawValue), "path": .string(route.pattern),
                "guard": .string(route.guard.description), "tier": .string(route.tier.rawValue),
                "scope": route.scope.map { .string($0.rawValue) } ?? .null,
            ]
        }
        print(Table(columns, of: routes).text)
    }
}

/// A file that could not be written.
private struct WriteError: Error, CustomStringConvertible {
    let file: String
    let code: Int32

    var description: String { "cannot write \(file): \(String(cString: strerror(code)))" }
}

/// Writes the OpenAPI document.
struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Write the OpenAPI 3.1 document, to a file or to standard output.")

    @Argument(help: "The file, such as docs/openapi.json.")
    var file: String?

    func run() throws {
        let text = try Server.program.declaredDocument().text(indented: true) + [UInt8(ascii: "\n")]
        guard let file else {
            print(String(decoding: text, as: UTF8.self), terminator: "")
            return
        }
        guard let output = fopen(file, "w") else {
            throw Failure.told(WriteError(file: file, code: errno))
        }
        let written = fwrite(text, 1, text.count, output)
        guard fclose(output) == 0, written == text.count else {
            throw Failure.told(WriteError(file: file, code: errno))
        }
    }
}
