import Web

extension Field where Value == EmailAddress {
    /// An e-mail address, at most 254 characters. It is read as it was sent: of what NFC replaces, some is refused.
    static let email = Field(
        schema: Field<String>.line(length).annotated("format", "email").schema, standIn: EmailAddress.standIn
    ) { json in
        guard let text = json.string else { return .failure(.type("a string", found: json)) }
        return text.normalized(length).flatMap { _ in
            guard let address = EmailAddress(text) else {
                return .failure(Rejection("format", "Must be an e-mail address."))
            }
            return .success(address)
        }
    }

    private static let length = 3...254
}

extension Field where Value == String {
    /// A password to be set.
    static let newPassword = password(PasswordLength.new)

    /// A password to be compared.
    static let password = password(PasswordLength.any)

    private static func password(_ length: ClosedRange<Int>) -> Field {
        let schema: JSON = [
            "type": "string", "format": "password", "minLength": .integer(length.lowerBound),
            "maxLength": .integer(length.upperBound),
        ]
        return Field(schema: schema, standIn: "") { json in
            guard let text = json.string else { return .failure(.type("a string", found: json)) }
            return PasswordLength.fault(of: text, in: length).map { .failure($0) } ?? .success(text)
        }
    }

    /// A secret that was handed out: whether it is one of ours is for the handler to say.
    static let token = Field.text(1...512)
}
