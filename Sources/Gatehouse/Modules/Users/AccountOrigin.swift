public import Web

/// The origin of an account.
public enum AccountOrigin: String, Sendable, CaseIterable, ResponseValue {
    /// Its user registered and may be anybody, since the address is not verified.
    case registration
    /// Its user signed in with a provider for the first time. Whether the address is verified depends on the provider.
    case provider
    /// An administrator made it, by the API.
    case administrator
    /// An operator made it, by a command.
    case command

    /// An example.
    public static let example = registration

    /// Whether its user made it, and not somebody else for them.
    var isByUser: Bool {
        switch self {
        case .registration, .provider: true
        case .administrator, .command: false
        }
    }
}
