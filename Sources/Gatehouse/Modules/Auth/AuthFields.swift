import Web

extension Field where Value == EmailAddress {
    /// An e-mail address, at most 254 characters.
    static let email = Field<String>.text(3...254).annotated("format", "email")
        .map(standIn: EmailAddress.standIn) { text in
            guard let address = EmailAddress(text) else {
                return .failure(Rejection("format", "Must be an e-mail address."))
            }
            return .success(address)
        }
}

extension Field where Value == String {
    /// A password to be set: 8 to 128 characters after NFC, any characters (NIST SP 800-63B, section 5.1.1.2).
    static let newPassword = password(8...128)

    /// A password to be compared.
    static let password = password(1...128)

    private static func password(_ length: ClosedRange<Int>) -> Field {
        let schema: JSON = [
            "type": "string", "format": "password", "minLength": .integer(length.lowerBound),
            "maxLength": .integer(length.upperBound),
        ]
        return Field(schema: schema, standIn: "") { json in
            guard let text = json.string else { return .failure(.type("a string", found: json)) }
            guard let normalized = try? text.nfc else {
                return .failure(Rejection("format", "Must be Unicode text that can be normalised."))
            }
            let count = normalized.unicodeScalars.count
            if count < length.lowerBound {
                return .failure(Rejection("too_short", "Must have at least \(length.lowerBound) characters."))
            }
            if count > length.upperBound {
                return .failure(Rejection("too_long", "Must have at most \(length.upperBound) characters."))
            }
            return .success(text)
        }
    }

    /// A secret that was handed out: whether it is one of ours is for the handler to say.
    static let token = Field.text(1...512)
}
