/// The recipient of a mail.
public struct MailRecipient: Sendable {
    let address: EmailAddress
    /// The name that the mail may use in the greeting and in `To`; `nil` for none.
    let name: PlainName?

    /// A recipient whose name is unknown, or must not be repeated.
    public init(_ address: EmailAddress) {
        self.address = address
        name = nil
    }

    /// A recipient with a name.
    /// - Parameters:
    ///   - name: the name as it was given, by anybody.
    ///   - isVerified: whether the owner of the address has verified it. If not, the name may be a stranger's message
    ///     to the owner.
    public init(_ address: EmailAddress, named name: String, isVerified: Bool) {
        self.address = address
        self.name = PlainName(person: name, isVerified: isVerified)
    }
}
