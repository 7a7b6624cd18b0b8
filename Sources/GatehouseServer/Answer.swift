import ArgumentParser
import Gatehouse
import Web

/// The format of a command's answer.
struct AnswerOptions: ParsableArguments {
    @Flag(
        name: .customLong("json"),
        help: "Print one JSON document in the form of the API: data, and meta where needed.")
    var isJSON = false

    /// Runs an operator's action and prints the answer; errors go to standard error, always as text.
    /// - Parameters:
    ///   - columns: the titles of a table and their members; without any, a record is printed, one member on each line.
    ///   - note: the note below a table, on standard error, from the answer's `meta`.
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

    /// Prints an answer in the requested format.
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
