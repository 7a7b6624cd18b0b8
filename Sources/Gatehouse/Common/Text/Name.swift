import Web

extension Field where Value == String {
    /// The name of a person, an organization, a project or a key: one line of 1 to 100 characters.
    static let name = line(1...100)
}
