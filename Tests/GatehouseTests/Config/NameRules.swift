import Gatehouse
import Web

/// A module with settings that uses only the public interface: names of new accounts have a maximum length.
struct NameRules: Module {
    static let settings: [any ModuleSettings.Type] = [NameSettings.self]
    static let hooks: [Hook] = [
        .inTransaction(AccountWillBeCreated.self, errors: [.nameTooLong]) { event, context in
            let longest = try context.settings(NameSettings.self).longest
            if event.name.unicodeScalars.count > longest { throw APIError(.nameTooLong) }
        }
    ]

    let longest: Int

    init(_ services: Services) throws {
        longest = try services.settings(NameSettings.self).longest
    }

    var routes: [Route] {
        [
            Route(
                .get, "/name-rules", "Read the rules for names", tag: "Names", guard: .public, tier: .unlimited,
                returns: .ok(NameRule.self)
            ) { _ in Answer(NameRule(longest: longest)) }
        ]
    }
}

/// The settings for the names of accounts.
struct NameSettings: ModuleSettings {
    let longest: Int
    let token: String?

    init(from reader: inout SettingReader) {
        longest = reader.read(
            "GATEHOUSE_NAMES_LONGEST", .integer(1...100), default: "50", "Characters of a name of a new account.")
        token = reader.optional(
            "GATEHOUSE_NAMES_TOKEN", .text, isSecret: true, "The token of the service that knows long names.")
        if longest > 80 && token == nil {
            reader.reject("GATEHOUSE_NAMES_LONGEST above 80 needs GATEHOUSE_NAMES_TOKEN.")
        }
    }
}

struct NameRule: ResponseObject {
    let longest: Int

    static let example = NameRule(longest: 50)

    func write(to output: inout Output) {
        output.field("longest", longest)
    }
}

extension ErrorCode {
    static let nameTooLong = ErrorCode("NAME_TOO_LONG", .unprocessableContent, "This name is too long.")
}
