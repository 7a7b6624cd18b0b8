import FoundationEssentials
import Testing

@testable import Web

private enum Level: String, CaseIterable, ResponseValue {
    case low, high
    static let example = Level.low
}

private struct Leaf: ResponseObject {
    let name: String
    static let example = Leaf(name: "leaf")

    func write(to output: inout Output) {
        output.field("name", name, format: "email", description: "What it is called.")
    }
}

private struct Tree: ResponseObject {
    let id: UUID
    let level: Level?
    let leaf: Leaf?
    let leaves: [Leaf]
    let count: Int
    let isOld: Bool
    let plantedAt: Date?
    static let example = Tree(
        id: .example, level: .low, leaf: .example, leaves: [.example], count: 1, isOld: true, plantedAt: .example)

    func write(to output: inout Output) {
        output.field("id", id)
        output.field("level", level)
        output.field("leaf", leaf)
        output.field("leaves", leaves)
        output.field("count", count)
        output.field("isOld", isOld)
        output.field("plantedAt", plantedAt)
    }
}

/// Refers to itself.
private struct Branch: ResponseObject {
    let branches: [Branch]
    static let example = Branch(branches: [])

    func write(to output: inout Output) {
        output.field("branches", branches)
    }
}

@Suite struct OutputTests {
    @Test func `an object is written in the order of its fields`() {
        let bare = Tree(id: .example, level: nil, leaf: nil, leaves: [], count: -1, isOld: false, plantedAt: nil)
        #expect(
            bare.json.compact == """
                {"id":"01935c1e-8a00-7c3d-9e4f-2b6a71d0c518","level":null,"leaf":null,"leaves":[],"count":-1,\
                "isOld":false,"plantedAt":null}
                """)
        #expect(Tree.example.json["leaves"] == [["name": "leaf"]])
        #expect(Tree.example.json["level"] == "low")
    }

    @Test func `a schema is defined once and referenced afterwards`() {
        var components = Components()
        #expect(Tree.schema(in: &components) == ["$ref": "#/components/schemas/Tree"])
        #expect(Leaf.schema(in: &components) == ["$ref": "#/components/schemas/Leaf"])
        #expect(components.schemas.map(\.name) == ["Tree", "Leaf"])
    }

    @Test func `a schema describes the members`() throws {
        var components = Components()
        _ = Tree.schema(in: &components)
        let tree = try #require(JSON.object(components.schemas)["Tree"])
        let properties = try #require(tree["properties"])
        let leaf: JSON = ["$ref": "#/components/schemas/Leaf"]
        #expect(properties["id"] == ["type": "string", "format": "uuid"])
        #expect(properties["leaf"] == ["anyOf": [leaf, ["type": "null"]]])
        #expect(properties["leaves"] == ["type": "array", "items": leaf])
        #expect(properties["count"] == ["type": "integer"])
        #expect(properties["plantedAt"] == ["type": ["string", "null"], "format": "date-time"])
        #expect(tree["required"] == ["id", "level", "leaf", "leaves", "count", "isOld", "plantedAt"])
        #expect(tree["additionalProperties"] == false)
        #expect(tree["example"] == Tree.example.json)
    }

    @Test func `thousandths are written like the number that they make`() {
        for number in Array(0...2200) + [12_030, 999_999, 1_000_001, 86_400_000_500] {
            var output = Output()
            var other = Output()
            output.value(thousandths: number)
            other.value(Double(number) / 1000)
            #expect(output.text == other.text)
        }
    }

    @Test func `an enumeration that may be null lists null among its words`() throws {
        var components = Components()
        #expect(Level.schema(in: &components) == ["type": "string", "enum": ["low", "high"]])
        #expect(Level?.schema(in: &components) == ["type": ["string", "null"], "enum": ["low", "high", nil]])
    }

    @Test func `a member adds its format and description`() throws {
        var components = Components()
        _ = Leaf.schema(in: &components)
        let name = try #require(components.schemas.first?.value["properties"]?["name"])
        #expect(name == ["type": "string", "format": "email", "description": "What it is called."])
    }

    @Test func `the schema of a recursive type is finite`() {
        var components = Components()
        _ = Branch.schema(in: &components)
        let items = components.schemas.first?.value["properties"]?["branches"]?["items"]
        #expect(components.schemas.count == 1)
        #expect(items == ["$ref": "#/components/schemas/Branch"])
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_732_276_800.125, "2024-11-22T12:00:00.125Z"),
            (951_782_399.5, "2000-02-28T23:59:59.500Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
            (-0.5, "1969-12-31T23:59:59.500Z"), (253_402_300_799, "9999-12-31T23:59:59.000Z"),
        ] as [(Double, String)])
    func `a time is in UTC with milliseconds`(seconds: Double, text: String) {
        #expect(Date(timeIntervalSince1970: seconds).json == .string(text))
    }

    @Test(arguments: [0, 1, 500, 999]) func `a time keeps milliseconds and truncates microseconds`(
        microseconds: Int
    ) {
        for millisecond in 0..<1_000 {
            let digits = String(repeating: "0", count: 3 - String(millisecond).count) + String(millisecond)
            let fraction = Double(millisecond * 1_000 + microseconds) / 1_000_000
            let date = Date(timeIntervalSince1970: 1_732_276_800 + fraction)
            #expect(date.json == .string("2024-11-22T12:00:00.\(digits)Z"))
        }
    }
}
