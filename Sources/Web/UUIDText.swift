public import FoundationEssentials
import Primitives

extension UUID {
    /// The 36-character form in lower case (RFC 9562, section 4).
    public var text: String {
        String(unsafeUninitializedCapacity: UUIDText.length) { text in
            UUIDText.write(self, to: UnsafeMutableRawBufferPointer(text))
            return UUIDText.length
        }
    }

    /// Reads the 36-character form, in either case.
    public init?(text: String) {
        var text = text
        guard let id = text.withUTF8({ UUIDText.read(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = id
    }
}
