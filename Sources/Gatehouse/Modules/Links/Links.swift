/// The routes for the pages behind mailed links.
struct Links: Module {
    let linkCheck: LinkCheck

    init(_ services: Services) throws {
        linkCheck = LinkCheck(
            verification: try EmailVerification(services), emailChange: try EmailChange(services),
            rule: try SignInRule(services.settings))
    }
}
