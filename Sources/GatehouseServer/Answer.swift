import ArgumentParser
import Gatehouse
import Web

/// How a command's answer is written.
struct AnswerOptions: ParsableArguments {
    @Flag(
        name: .customLong("json"),
        help: "Print one JSON document in the form of the API: data, and meta where there is something to say.")
    var isJSON = false

    /// Runs what an operator asked for and prints the answer; the error goes to standard error, as text in any case.
    /// - Parameters:
    ///   - columns: the titles of a table and the members they show; without any, a record is printed, one member a
    ///     line.
    ///   - note: what to tell below a table on standard error, by the answer's `meta`.
    func answer(
        _ columns: KeyValuePairs<String, String> = [:], note: (_ meta: JSON) -> String? = { _ in nil },
        _ body: (Administration) throws -> JSON
    ) throws {
        do {
            let answer = try body(Administration(Server.settings(), Server.program))
            show(answer, columns)
            if !isJSON, let note = answer["meta"].flatMap(note) { Terminal.tell("\(note)\n") }
        } catch {
            throw Failure.told(error)
        }
    }

    /// Prints an answer as it was asked for.
    func show(_ answer: JSON, _ columns: KeyValuePairs<String, String>) {
        if isJSON {
            print(String(decoding: answer.text(indented: true), as: UTF8.self))
        } else if case .array(let rows)? = answer["data"] {
            print(Table(columns, of: rows).text)
        } else if case .object(let members)? = answer["data"] {
            print(Table(record: members + (answer["meta"]?.members ?? [])).text)
        }
    }
}
