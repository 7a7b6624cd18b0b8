extension PageLink {
    /// The path of the page that sets a new password, or sends a link for that.
    static let resetPage: StaticString = "/reset-password"
}

extension JobContext {
    /// The page on which people ask for a link that sets a new password. Mails of many modules lead there.
    var resetPage: PageLink { link(to: PageLink.resetPage) }
}
