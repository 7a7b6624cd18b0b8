import Database
import FoundationEssentials
import Web

/// Creates and changes roles. Nobody can create, change or give a role with permissions that they do not have, neither
/// before the change nor after it. A change counts from the next request of every user with the role.
struct RoleService {
    let lists: Lists
    let roles: RoleRepository
    let hooks: Hooks

    func list(_ input: ListRoles, _ call: Call) throws -> Answer<[Role]> {
        let page = try lists.page(input.list, of: RoleRepository.range(for: input.list), call)
        return Answer(page.inOrder(try roles.find(page.ids, in: call.db), by: \.id), meta: page.meta)
    }

    func read(_ id: UUID, in db: Connection) throws -> Role {
        try roles.find(id, in: db).orNotFound()
    }

    func create(_ input: CreateRole, _ call: Call) throws -> Role {
        let id = UUID.v7()
        do {
            return try call.db.transaction { db in
                let principal = try confirm(UserRepository.lockShared(call.user.id, in: db), call, in: db)
                try principal.require(allOf: input.permissions)
                try roles.insert(id, input, by: call.actor, telling: hooks, in: db)
                return try roles.find(id, in: db).orNotFound()
            }
        } catch let error as DatabaseError where error.isDuplicateKey("uq_roles_name") {
            throw APIError(.conflict, "There is already a role with this name.")
        }
    }

    func update(_ change: UpdateRole, _ call: Call) throws -> Role {
        try call.db.transaction { db in
            let (role, principal) = try lock(change.id, call, in: db)
            try call.requireVersion(of: role)
            if try change.fieldsThatChange(role).isEmpty { return role }
            try Self.requireOwn(role)
            if let permissions = change.permissions { try principal.require(allOf: permissions) }
            try roles.update(role, with: change, by: call.actor, telling: hooks, in: db)
            return try roles.find(role.publicID, in: db).orNotFound()
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        try call.db.transaction { db in
            let (role, _) = try lock(id, call, in: db)
            try Self.requireOwn(role)
            try call.requireVersion(of: role)
            guard try roles.delete(role, by: call.actor, telling: hooks, in: db) else {
                throw APIError(.conflict, "Accounts have this role; give them another one first.")
            }
        }
    }

    /// Locks a role that the caller may change, and returns the caller with the permissions as of the lock.
    private func lock(_ id: UUID, _ call: Call, in db: Connection) throws -> (Role, Principal) {
        // Users are locked before roles, as when a user gets a role.
        let caller = try UserRepository.lockShared(call.user.id, in: db)
        let role = try roles.find(id, lock: .exclusive, in: db).orNotFound()
        call.found(role.publicID)
        let principal = try confirm(caller, call, in: db)
        try principal.require(allOf: role.permissions)
        return (role, principal)
    }

    private func confirm(_ caller: User?, _ call: Call, in db: Connection) throws -> Principal {
        let principal = try call.principal.confirmed(by: caller, among: roles, in: db)
        try principal.require(.rolesWrite)
        return principal
    }

    private static func requireOwn(_ role: Role) throws(APIError) {
        guard !role.isBuiltIn else { throw APIError(.conflict, "Built-in roles cannot be changed.") }
    }
}
