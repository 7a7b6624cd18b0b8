import Database
import FoundationEssentials
import Web

/// A request for a list of a user's API keys.
struct ListUserAPIKeys: RequestInput {
    let id: UUID
    let list: ListRequest<APIKey.Sort>

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<APIKey.Sort>([([], .createdAt, "idx_api_keys_user", "k.created_at")])
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
        let range = APIKeyRepository.range(of: holder, for: input.list, in: ListUserAPIKeys.indexes)
        let page = try lists.page(input.list, of: range, call)
        let keys = try APIKeyRepository.find(page.ids, of: holder, in: call.db)
        return Answer(page.inOrder(keys, by: \.id), meta: page.meta)
    }

    func revokeAPIKey(_ input: NamedUserAPIKey, _ call: Call) throws {
        try with(input.id, call) { account, _, db in
            let user = account.user
            guard let key = try APIKeyRepository.find(input.keyID, of: [.user(user.id)], in: db) else {
                throw APIError(.notFound)
            }
            try APIKeyRevocation.revoke(key, by: call.actor, telling: hooks, in: db)
        }
    }
}
