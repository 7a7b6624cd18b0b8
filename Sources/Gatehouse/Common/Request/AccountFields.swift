import Web

extension Field where Value == EmailAddress {
    /// An e-mail address, at most 254 characters. It is read as it was sent, since some characters that NFC replaces
    /// are refused.
    static let email = address { EmailAddress($0) }

    /// The address of an account, for signing in or requesting a mail.
    static let accountEmail = address { EmailAddress(ofAccount: $0) }

    private static func address(_ read: @escaping @Sendable (String) -> EmailAddress?) -> Field {
        let length = 3...254
        return Field(
            schema: Field<String>.line(length).annotated("format", "idn-email").schema, standIn: EmailAddress.standIn
        ) { json in
            guard let text = json.string else { return .failure(.type("a string", found: json)) }
            return text.normalized(length).flatMap { _ in
                guard let address = read(text) else {
                    return .failure(Rejection("format", "Must be an e-mail address."))
                }
                return .success(address)
            }
        }
    }
}

extension Field where Value == String {
    /// A new password.
    static let newPassword = password(PasswordLength.new)

    /// A password to compare.
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

    /// A secret that was handed out earlier; the handler checks it.
    static let token = Field.text(1...512)
}
