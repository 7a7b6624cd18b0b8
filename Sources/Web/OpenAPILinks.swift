// Links from an answer to other operations (OpenAPI 3.1, Link Object). They follow from the paths: the parameter of
// `/things/{id}`, and of the paths below it, names what `/things` creates or lists.

extension OpenAPI {
    /// The operations on the resource that a route creates, or on the first one that it lists, with the sources of
    /// their parameters.
    static func links<Context>(
        from source: GenericRoute<Context>, among routes: [GenericRoute<Context>], _ components: inout Components
    ) -> [JSON.Member] {
        let isList = source.combinations != nil
        guard isList || source.success.status == .created else { return [] }
        let data = source.success.schema(&components)
        let properties = components.definition(of: isList ? data["items"] : data)?["properties"]
        return routes.compactMap { target in
            guard let name = target.parameter(after: source) else { return nil }
            // The field has the name of the parameter, such as `userId` of members, or usually `id`.
            let field = properties?[name] == nil ? "id" : name
            let inherited = source.segments.compactMap(\.parameterName).map { parameter in
                JSON.Member(parameter, .string("$request.path.\(parameter)"))
            }
            let named = JSON.Member(name, .string("$response.body#/data\(isList ? "/0" : "")/\(field)"))
            let operation = operationID(target)
            return JSON.Member(
                operation, ["operationId": .string(operation), "parameters": .object(inherited + [named])])
        }
    }
}

extension GenericRoute {
    /// The name of the parameter that follows the path of another route, if this path has no other open parameter.
    fileprivate func parameter(after source: GenericRoute) -> String? {
        let rest = segments.dropFirst(source.segments.count)
        guard segments.starts(with: source.segments), let name = rest.first?.parameterName else { return nil }
        return rest.dropFirst().contains { $0.parameterName != nil } ? nil : name
    }
}

extension Substring {
    /// The name in the braces of a parameter segment.
    fileprivate var parameterName: String? { hasPrefix("{") ? String(dropFirst().dropLast()) : nil }
}

extension Components {
    /// The schema that a reference names.
    fileprivate func definition(of reference: JSON?) -> JSON? {
        let name = reference?["$ref"]?.string?.split(separator: "/").last
        return schemas.first { $0.name == name.map(String.init) }?.value
    }
}
