public import FoundationEssentials
public import Web

/// The resource that the `id` of the path names.
public struct NamedResource: RequestInput {
    /// Its public id.
    public let id: UUID

    /// Reads it.
    public init(from input: inout Input) {
        id = input.path("id", .uuid)
    }
}
