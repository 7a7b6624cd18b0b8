import Database
import FoundationEssentials
import Web

/// A request for a list of a user's API keys.
struct ListUserAPIKeys: RequestInput {
    let id: UUID
    let list: ListRequest<APIKey.Sort>

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        list = ListRequest(from: &input, ListCombinations([([], [.createdAt])]))
    }
}

/// An API key and its user in the path.
struct NamedUserAPIKey: RequestInput {
    let id: UUID
    let keyID: UUID

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        keyID = input.path("keyId", .uuid)
    }
}

/// Administration of other users' API keys.
extension UserAdministrationService {
    func listAPIKeys(_ input: ListUserAPIKeys, _ call: Call) throws -> Answer<[APIKey]> {
        let holder = Tenant.user(try read(input.id, in: call.db).id)
        let page = try lists.page(input.list, of: APIKeyRepository.range(of: holder, for: input.list), call)
        let keys = try APIKeyRepository.find(page.ids, of: holder, in: call.db)
        return Answer(page.inOrder(keys, by: \.id), meta: page.meta)
    }

    func revokeAPIKey(_ input: NamedUserAPIKey, _ call: Call) throws {
        try with(input.id, call) { account, _, db in
            guard
                let key = try APIKeyRepository.find(input.keyID, of: [.user(account.user.id)], in: db),
                try APIKeyRepository.revoke(key, telling: hooks, in: db)
            else { throw APIError(.notFound) }
            try call.audit(.apiKeyRevoked, input.keyID, details: ["userId": input.id.json], in: db)
        }
    }
}
