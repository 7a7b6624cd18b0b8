extension OpenAPI {
    /// A message that the program sends to other systems (OpenAPI 3.1, `webhooks`), signed by Standard Webhooks.
    package struct Webhook: Sendable {
        let name: String
        let summary: String
        let write: @Sendable (inout Output) -> Void

        /// Describes a message.
        /// - Parameters:
        ///   - name: its name, which it contains as `type`.
        ///   - write: writes the members of an example.
        package init(_ name: String, _ summary: String, write: @escaping @Sendable (inout Output) -> Void) {
            self.name = name
            self.summary = summary
            self.write = write
        }
    }

    /// The operation that a receiver implements.
    static func operation(_ webhook: Webhook, _ components: inout Components) -> JSON {
        var schema = Output.schema(in: &components, of: webhook.write)
        if let properties = schema["properties"] {
            schema = schema.adding(
                "properties", properties.adding("type", ["type": "string", "const": .string(webhook.name)]))
        }
        return [
            "post": [
                "operationId": .string("webhook" + camelCase(webhook.name)), "tags": ["Webhooks"],
                "summary": .string(webhook.summary), "security": [], "parameters": .array(webhookHeaders),
                "requestBody": ["required": true, "content": ["application/json": ["schema": schema]]],
                "responses": [
                    "2XX": ["description": "The message was received."],
                    "410": ["description": "The webhook is disabled immediately."],
                    "default": ["description": "The message is sent again later."],
                ],
            ]
        ]
    }

    /// The header fields of Standard Webhooks.
    private static var webhookHeaders: [JSON] {
        func header(_ name: JSON, _ description: JSON) -> JSON {
            [
                "name": name, "in": "header", "required": true, "description": description,
                "schema": ["type": "string"],
            ]
        }
        return [
            header("webhook-id", "The id of the event, by which a receiver recognises a message that it has."),
            header("webhook-timestamp", "The time of this attempt, in seconds since 1970."),
            header(
                "webhook-signature",
                "`v1,` and the HMAC-SHA256 in base64 of id, timestamp and body with dots between them, for each secret."
            ),
        ]
    }

    private static func camelCase(_ name: String) -> String {
        name.split { $0 == "." || $0 == "_" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
