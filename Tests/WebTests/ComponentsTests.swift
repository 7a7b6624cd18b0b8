import Testing

@testable import Web

/// A type, and one of another module with the same name.
private struct Shelf: ResponseObject {
    static let example = Shelf()
    func write(to output: inout Output) { output.field("books", 3) }
}

private enum Elsewhere {
    struct Shelf: ResponseObject {
        static let example = Shelf()
        func write(to output: inout Output) { output.field("metres", 2) }
    }
}

@Suite struct ComponentsTests {
    @Test func `types with the same name have separate schemas`() throws {
        var components = Components()
        let one = try #require(Shelf.schema(in: &components)["$ref"]?.string)
        let other = try #require(Elsewhere.Shelf.schema(in: &components)["$ref"]?.string)
        #expect(one == "#/components/schemas/Shelf")
        #expect(other != one)
        #expect(Shelf.schema(in: &components)["$ref"]?.string == one)
        #expect(Elsewhere.Shelf.schema(in: &components)["$ref"]?.string == other)
        let properties = components.schemas.compactMap { $0.value["properties"]?.members.map(\.name) }
        #expect(properties == [["books"], ["metres"]])
        // OpenAPI 3.1, Components Object: names match ^[a-zA-Z0-9\.\-_]+$.
        for schema in components.schemas {
            #expect(schema.name.wholeMatch(of: /[a-zA-Z0-9.\-_]+/) != nil, "\(schema.name)")
        }
    }
}
