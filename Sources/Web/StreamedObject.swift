/// An object of an answer that is written member by member, so its arrays may have any length.
package struct StreamedObject {
    private let body: ResponseStream.Body
    private var isEmpty = true

    fileprivate init(_ body: ResponseStream.Body) {
        self.body = body
    }

    /// Writes a member.
    package mutating func field(_ name: StaticString, _ value: some ResponseValue) throws {
        try begin(name)
        try body.write(value.jsonText)
    }

    /// Writes a member that is an array.
    /// - Parameter next: the next batch of elements; `nil` after the last.
    package mutating func field<Element: ResponseValue>(_ name: StaticString, _ next: () throws -> [Element]?) throws {
        try begin(name)
        try body.write(Array("[".utf8))
        var isFirst = true
        while let elements = try next() {
            for element in elements {
                if !isFirst { try body.write(Array(",".utf8)) }
                isFirst = false
                try body.write(element.jsonText)
            }
        }
        try body.write(Array("]".utf8))
    }

    private mutating func begin(_ name: StaticString) throws {
        try body.write(Array((isEmpty ? "" : ",").utf8) + name.description.jsonText + Array(":".utf8))
        isEmpty = false
    }
}

extension ResponseStream {
    /// Answers 200 with an object in the envelope, whose members `make` writes.
    package func answer(
        headers: HTTPFields = [:], _ make: (inout StreamedObject) throws -> Void
    ) throws -> Response {
        var head = Response(status: .ok, headers: [.contentType: "application/json"])
        head.headers.append(contentsOf: headers)
        return try answer(head) { body in
            try body.write(Array("{\"data\":{".utf8))
            var object = StreamedObject(body)
            try make(&object)
            try body.write(Array("}}".utf8))
        }
    }
}
