import FoundationEssentials
import GatehouseTesting

/// A certificate that signs itself, with its key, as PEM files.
final class TestCertificate: Sendable {
    let certificate: String
    let key: String
    private let folder: TemporaryFolder

    /// - Parameter name: the server, such as `DNS:localhost` or `IP:127.0.0.1`.
    init(for name: String) throws {
        folder = try TemporaryFolder()
        key = folder.path("key.pem")
        certificate = folder.path("certificate.pem")
        try ChildProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=test", "-addext", "subjectAltName=\(name)", "-keyout", key, "-out", certificate,
            ])
    }
}
