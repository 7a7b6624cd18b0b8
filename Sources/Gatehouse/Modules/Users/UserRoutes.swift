import Web

extension Users {
    var routes: [Route] {
        [
            Route(
                .get, "/users/me", "Read your account", tag: "Users", guard: .user, scope: .accountRead,
                tier: .standard, isVersioned: true, returns: .ok(User.self), handle: profile.read),
            Route(
                .patch, "/users/me", "Change your account",
                description: "Fields that are left out stay as they are; `avatarUrl` may be `null`.", tag: "Users",
                guard: .user, tier: .standard, isVersioned: true, maximumBodyBytes: 32 << 10, input: UpdateProfile.self,
                returns: .ok(User.self), errors: profile.hooks.errors(of: ProfileChanged.self), handle: profile.update),
        ]
    }
}
