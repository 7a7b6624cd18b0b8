/// Whom a mail goes to.
public struct MailRecipient: Sendable {
    let address: EmailAddress
    /// What the mail may call the person, in the greeting and in `To`; `nil` for a mail that names nobody.
    let name: PlainName?

    /// Somebody whose name is not known, or not to be repeated.
    public init(_ address: EmailAddress) {
        self.address = address
        name = nil
    }

    /// Somebody with a name.
    /// - Parameters:
    ///   - name: as it was given, by whomever.
    ///   - isVerified: whether the owner of the address has proved that it is theirs. If not, the name may be a
    ///     stranger's message to them.
    public init(_ address: EmailAddress, named name: String, isVerified: Bool) {
        self.address = address
        self.name = PlainName(person: name, isVerified: isVerified)
    }
}
