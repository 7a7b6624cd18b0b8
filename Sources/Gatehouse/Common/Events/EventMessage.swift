import FoundationEssentials
import Web

/// The message about a published event, as a webhook delivers it.
struct EventMessage<Content: ResponseValue> {
    /// The id of the event, the same in each delivery.
    let id: UUID
    /// The name of the event.
    let type: String
    /// Grows with each event of the installation, with gaps.
    let sequence: Int
    let occurredAt: Date
    let data: Content

    /// Writes the members.
    func write(to output: inout Output) {
        output.field("id", id, description: "The same in each delivery of the event, as in `webhook-id`.")
        output.field("type", type)
        output.field(
            "sequence", sequence,
            description: "Grows from event to event, with gaps. Messages may arrive in another order.")
        output.field("occurredAt", occurredAt)
        output.field("data", data)
    }
}

extension PublishedEvent {
    /// The message with the example.
    static var exampleMessage: EventMessage<Self> {
        EventMessage(id: .example, type: word, sequence: 4711, occurredAt: .example, data: example)
    }
}
