import Database

/// The purpose of a link that is mailed to a user. The module that mails the link declares it, beside its mails.
struct LinkPurpose: Sendable, SQLValue {
    /// Its name in the table, and in exports.
    let name: String
    /// The kind of its tokens.
    let kind: OpaqueToken.Kind
    /// The path of the page to which the link leads.
    let page: StaticString

    /// - Parameters:
    ///   - name: at most 30 characters.
    ///   - prefix: the beginning of its tokens, three letters and an underscore.
    ///   - page: the path of the page, with a slash first.
    init(_ name: String, prefix: String, page: StaticString) {
        self.name = name
        kind = OpaqueToken.Kind(prefix: prefix)
        self.page = page
    }

    var sqlValue: SQLBinding { name.sqlValue }
}

extension OpaqueToken {
    /// Makes a new token for a link.
    init(_ purpose: LinkPurpose) { self.init(purpose.kind) }

    /// Reads a caller's text; `nil` if it cannot be a token of such a link.
    init?(_ purpose: LinkPurpose, _ text: String) { self.init(purpose.kind, text) }
}

extension JobContext {
    /// A link to the page of a purpose, with a token.
    func link(for purpose: LinkPurpose, with token: OpaqueToken) -> PageLink {
        link(to: purpose.page, with: token)
    }
}
