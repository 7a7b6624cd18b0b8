public import Web

/// An event that webhooks deliver to other systems. Its JSON object is the `data` of the delivery.
///
///     struct NoteWritten: RefusableEvent, PublishedEvent {
///         let note: UUID
///         let user: UserReference
///
///         static let publication = Publication(
///             "note.written", "A user wrote a note.", example: Self(note: .example, user: .example))
///         static let auditActions = [action]
///         var auditEntry: AuditEntry? { AuditEntry(Self.action, note) }
///
///         func write(to output: inout Output) {
///             output.field("noteId", note)
///             output.field("userId", user.publicID)
///         }
///     }
///
/// The object holds public ids and words of the program: no addresses, no names of people, no texts. A receiver that
/// needs more reads the resource from the API, with the rights that it has there.
public protocol PublishedEvent: Event, ResponseObject {
    /// Its name, and its part of the document.
    static var publication: Publication<Self> { get }
    /// The internal id of the organization whose endpoints receive the event besides those of the installation; `nil`
    /// for none.
    var organizationID: UInt64? { get }
}

/// The name of a published event, and its part of the document.
public struct Publication<Subject: Sendable>: Sendable {
    let name: StaticString
    let summary: String
    let example: Subject

    /// - Parameters:
    ///   - name: the stable name, such as `user.created`: words of lower-case letters and underscores with dots between
    ///     them, at most 64 characters.
    ///   - summary: a sentence: what happened.
    public init(_ name: StaticString, _ summary: String, example: Subject) {
        self.name = name
        self.summary = summary
        self.example = example
    }
}

extension PublishedEvent {
    /// None.
    public var organizationID: UInt64? { nil }
    /// The example in the document.
    public static var example: Self { publication.example }

    /// The audit action with the name of the event, for events whose entry has that name.
    public static var action: AuditAction { AuditAction(rawValue: word) }

    /// The name as a string.
    static var word: String { publication.name.description }
    /// A sentence: what happened.
    static var summary: String { publication.summary }
}
