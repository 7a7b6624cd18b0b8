public import Web

// What webhooks deliver of the events of accounts. They have no addresses and no names.

extension AccountCreated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.created"
    /// What happened.
    public static let summary = "An account was made."
    /// An example.
    public static let example = AccountCreated(
        user: .example, email: .standIn, name: "", role: "user", isVerified: false, origin: .registration)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("role", role)
        output.field("emailVerified", isVerified)
        output.field("origin", origin)
    }
}

extension ProfileChanged: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.updated"
    /// What happened.
    public static let summary = "A user changed their profile."
    /// An example.
    public static let example = ProfileChanged(user: .example, fields: [.name])

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("fields", fields.map(\.rawValue).sorted())
    }
}

extension EmailVerified: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.email_verified"
    /// What happened.
    public static let summary = "An account has a verified address for the first time."
    /// An example.
    public static let example = EmailVerified(user: .example, email: "", isSelfRegistered: true)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

extension EmailChanged: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.email_changed"
    /// What happened.
    public static let summary = "An account has another address, which is verified."
    /// An example.
    public static let example = EmailChanged(user: .example, oldEmail: "", newEmail: .standIn)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

extension EmailReleased: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.email_released"
    /// What happened.
    public static let summary = "An account lost an address that it never verified to the owner of that address."
    /// An example.
    public static let example = EmailReleased(user: .example, oldEmail: "")

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

extension PasswordChanged: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.password_changed"
    /// What happened.
    public static let summary = "The password of an account was set, changed or removed."
    /// An example.
    public static let example = PasswordChanged(user: .example, hasPassword: true)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("hasPassword", hasPassword)
    }
}

extension RoleChanged: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.role_changed"
    /// What happened.
    public static let summary = "An account has another role."
    /// An example.
    public static let example = RoleChanged(user: .example, oldRole: "user", newRole: "support")

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("oldRole", oldRole)
        output.field("newRole", newRole)
    }
}

extension AccountSuspended: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.suspended"
    /// What happened.
    public static let summary = "An account was suspended: nobody can use it until it is activated."
    /// An example.
    public static let example = AccountSuspended(user: .example)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

extension AccountActivated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.activated"
    /// What happened.
    public static let summary = "A suspended or deleted account may be used again."
    /// An example.
    public static let example = AccountActivated(user: .example)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

extension AccountDeleted: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.deleted"
    /// What happened.
    public static let summary = "An account was deleted. It is erased after 30 days, unless it is activated before."
    /// An example.
    public static let example = AccountDeleted(user: .example)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

extension AccountErased: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "user.erased"
    /// What happened.
    public static let summary = "The data of an account is gone."
    /// An example.
    public static let example = AccountErased(user: .example)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

extension AccountOrigin: ResponseValue {
    /// An example.
    public static let example = AccountOrigin.registration
}
