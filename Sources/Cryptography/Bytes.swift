internal import COpenSSL

extension Sequence<UInt8> {
    /// Lends the bytes as one block, without a copy if they are contiguous already, as in an array or in a string's
    /// UTF-8.
    func withBlock<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        if let result = try withContiguousStorageIfAvailable(body) { return result }
        return try Array(self).withUnsafeBufferPointer(body)
    }
}

extension [UInt8] {
    /// Makes an array of bytes that a function writes.
    init(count: Int, _ write: (UnsafeMutablePointer<UInt8>?) throws -> Void) rethrows {
        try self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            try write(buffer.baseAddress)
            initialized = count
        }
    }

    /// Overwrites the bytes of a secret, and removes them.
    public mutating func wipe() {
        withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
        removeAll()
    }
}

/// Whether two secrets or authentication codes are equal. The time of the comparison reveals at most their lengths.
public func isEqualInConstantTime(_ one: some Sequence<UInt8>, _ other: some Sequence<UInt8>) -> Bool {
    one.withBlock { one in
        other.withBlock { other in
            one.count == other.count && CRYPTO_memcmp(one.baseAddress, other.baseAddress, one.count) == 0
        }
    }
}

/// The same for blocks in memory, which it compares by words. `CRYPTO_memcmp` takes seven instructions for each byte:
/// for an access token of 500 bytes 3 % of all that reading one's own account takes. No branch depends on the bytes;
/// unlike `CRYPTO_memcmp`, this leaves it to the compiler to add none.
public func isEqualInConstantTime(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    guard one.count == other.count else { return false }
    var (difference, place) = (0 as UInt64, 0)
    while place + 8 <= one.count {
        difference |=
            one.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            ^ other.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        place += 8
    }
    while place < one.count {
        difference |= UInt64(one[place] ^ other[place])
        place += 1
    }
    return difference == 0
}

/// Unpredictable bytes.
public enum RandomBytes {
    /// Makes bytes with libcrypto's generator, which the kernel seeds (RAND_bytes(3)). A process without random numbers
    /// must not continue, so it ends.
    public static func make(_ count: Int) -> [UInt8] {
        [UInt8](count: count) { mustSucceed(RAND_bytes($0, Int32(count)) == 1) }
    }
}
