public import Web

/// An event that webhooks deliver to other systems. Its JSON object is the `data` of the delivery, and its example is
/// in the document.
///
///     extension NoteWritten: PublishedEvent {
///         public static let name: StaticString = "note.written"
///         public static let summary = "A user wrote a note."
///         public static let example = NoteWritten(note: .example, user: .example)
///
///         public func write(to output: inout Output) {
///             output.field("noteId", note)
///             output.field("userId", user.publicID)
///         }
///     }
///
/// The object holds public ids and words of the program: no addresses, no names of people, no texts. A receiver that
/// needs more reads the resource from the API, with the rights that it has there.
public protocol PublishedEvent: Event, ResponseObject {
    /// The stable name, such as `user.created`: words of lower-case letters and underscores with dots between them, at
    /// most 64 characters.
    static var name: StaticString { get }
    /// A sentence for the document: what happened.
    static var summary: String { get }
    /// The internal id of the organization whose endpoints receive the event besides those of the installation; `nil`
    /// for none.
    var organizationID: UInt64? { get }
}

extension PublishedEvent {
    /// None.
    public var organizationID: UInt64? { nil }

    /// The name as a string.
    static var word: String { name.description }
}
