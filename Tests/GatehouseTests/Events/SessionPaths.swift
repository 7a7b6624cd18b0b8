import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

extension EventPath {
    static let ofSessions = [
        EventPath("DELETE /users/me/sessions/{id}", SessionEnded.self) { world in
            let person = try world.person()
            let session = try world.app.value("SELECT public_id FROM sessions ORDER BY id DESC LIMIT 1", as: UUID.self)
            return { .answered(person.send(.delete, "/users/me/sessions/\(session.text)")) }
        },
        EventPath("POST /auth/logout", SessionEnded.self) { world in
            let person = try world.person()
            return { .answered(person.send(.post, "/auth/logout")) }
        },
        EventPath("POST /auth/logout", AllSessionsEnded.self) { world in
            let person = try world.person().signedInAgain()
            return { .answered(person.send(.post, "/auth/logout?everywhere=true")) }
        },
        EventPath("a refresh token used again", SessionEnded.self) { world in
            let session = try TestAccount(in: world.app, email: world.newAddress).signIn()
            func refresh() -> Response {
                world.app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(session.refreshToken)])
            }
            #expect(refresh().status == .ok)
            try world.db.execute("UPDATE refresh_tokens SET used_at = used_at - INTERVAL 31 SECOND")
            return {
                #expect(refresh().errorCode == "TOKEN_REUSED")
                return .done
            }
        },
    ]
}
