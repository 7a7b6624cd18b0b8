internal import COpenSSL

extension StaticString {
    /// The text for C. Parameters for libcrypto keep pointers to names (OSSL_PARAM(3)), and a `String` that Swift
    /// passes to C ends with the call.
    var pointer: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}

extension OSSL_PARAM {
    static func text(_ name: StaticString, _ value: StaticString) -> OSSL_PARAM {
        // The function takes the value without const, but only reads it.
        OSSL_PARAM_construct_utf8_string(name.pointer, UnsafeMutablePointer(mutating: value.pointer), 0)
    }

    /// A parameter whose bytes must outlive it.
    static func bytes(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>) -> OSSL_PARAM {
        let value = UnsafeMutableBufferPointer(mutating: value)
        return OSSL_PARAM_construct_octet_string(name.pointer, value.baseAddress, value.count)
    }

    static var end: OSSL_PARAM { OSSL_PARAM_construct_end() }
}

/// The parameters of a key that consists of numbers and names (OSSL_PARAM_BLD(3)).
struct KeyParameters: ~Copyable {
    private let builder: OpaquePointer
    private var numbers: [OpaquePointer] = []

    init() throws {
        builder = try check(OSSL_PARAM_BLD_new())
    }

    deinit {
        OSSL_PARAM_BLD_free(builder)
        for number in numbers { BN_clear_free(number) }
    }

    func text(_ name: StaticString, _ value: StaticString) throws {
        try check(OSSL_PARAM_BLD_push_utf8_string(builder, name.pointer, value.pointer, 0))
    }

    /// - Parameter value: the bytes, which must outlive the parameters.
    func bytes(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>) throws {
        try check(OSSL_PARAM_BLD_push_octet_string(builder, name.pointer, value.baseAddress, value.count))
    }

    /// A number, the highest byte first.
    mutating func number(_ name: StaticString, _ value: some Sequence<UInt8>, isSecret: Bool = false) throws {
        let number = try value.withBlock { value in
            try check(BN_bin2bn(value.baseAddress, Int32(value.count), isSecret ? BN_secure_new() : BN_new()))
        }
        numbers.append(number)
        try check(OSSL_PARAM_BLD_push_BN(builder, name.pointer, number))
    }

    /// Makes the key.
    /// - Throws: `CryptoError.invalidKey` if the parameters are not those of a key.
    func key(_ kind: String, selection: Int32) throws -> KeyPair {
        guard let parameters = OSSL_PARAM_BLD_to_param(builder) else { throw CryptoError.failed }
        defer { OSSL_PARAM_free(parameters) }
        let context = try check(EVP_PKEY_CTX_new_from_name(nil, kind, nil))
        defer { EVP_PKEY_CTX_free(context) }
        try check(EVP_PKEY_fromdata_init(context))
        var key: OpaquePointer?
        try check(EVP_PKEY_fromdata(context, &key, selection, parameters), or: .invalidKey)
        return KeyPair(try check(key))
    }
}
