import FoundationEssentials

/// A folder for one test, in the folder that `TMPDIR` names. It is removed with the last reference to it, or, if the
/// tests are killed, with that folder. The name is short because of the sockets in it (unix(7)).
package final class TemporaryFolder: Sendable {
    private let url = FileManager.default.temporaryDirectory.appending(path: "test-\(UUID().uuidString)")

    /// Makes it.
    package init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Its path.
    package var path: String { url.path }

    /// The path of a file in it.
    package func path(_ name: String) -> String {
        url.appending(path: name).path
    }
}
