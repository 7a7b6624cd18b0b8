extension MailRecipient {
    /// The owner of an account; `nil` if no mail can go to its address.
    init?(_ user: User) {
        guard !user.isReleased, let address = EmailAddress.stored(user.email) else { return nil }
        self.init(address, named: user.name, isVerified: user.emailVerifiedAt != nil)
    }
}
