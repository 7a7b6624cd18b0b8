import FoundationEssentials

/// A folder of its own for one test, in the system's temporary folder. It is removed with the last reference to it.
public final class TemporaryFolder: Sendable {
    private let url = FileManager.default.temporaryDirectory.appending(path: "gatehouse-test-\(UUID().uuidString)")

    /// Makes it.
    public init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// The path of a file in it.
    public func path(_ name: String) -> String {
        url.appending(path: name).path
    }
}
