import CCurl
import Glibc

/// Opens the sockets of a transfer, to the addresses that the policy allows. libcurl asks it for every address that it
/// is about to connect to (CURLOPT_OPENSOCKETFUNCTION(3)), so there is no time between the check and the use.
///
/// It is used on one thread.
final class SocketGate {
    private let policy: AddressPolicy
    private let host: String
    private let isEncrypted: Bool
    /// Whether an address was refused.
    private(set) var hasRefused = false
    /// Whether a socket was opened.
    private(set) var hasAdmitted = false

    init(_ policy: AddressPolicy, _ target: RequestTarget) {
        self.policy = policy
        host = target.host
        isEncrypted = target.scheme == "https"
    }

    /// Opens a socket, or refuses with `CURL_SOCKET_BAD`; libcurl then goes on to the next address.
    fileprivate func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let octets = UnsafeRawBufferPointer(
            start: gatehouse_curl_address(address), count: Int(address.pointee.addrlen))
        guard let destination = IPAddress(octets),
            policy.allows(destination, of: host, isEncrypted: isEncrypted)
        else {
            hasRefused = true
            return CURL_SOCKET_BAD
        }
        hasAdmitted = true
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }
}

extension CurlHandle {
    /// Lets a gate open the sockets.
    /// - Parameter gate: it must outlive the transfer.
    mutating func setSocketGate(_ gate: SocketGate) {
        setOpenSocket(Unmanaged.passUnretained(gate).toOpaque()) { gate, _, address in
            guard let gate, let address else { return CURL_SOCKET_BAD }
            return Unmanaged<SocketGate>.fromOpaque(gate).takeUnretainedValue().open(address)
        }
    }
}
