import Web

/// Words for a person.
struct Message: ResponseObject {
    let message: String

    func write(to output: inout Output) {
        output.field("message", message)
    }

    static let example = Message(message: "If there is such an account, a mail is on its way.")
}
