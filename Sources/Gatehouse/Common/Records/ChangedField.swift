public import Web

/// The name of a field that a request gives another value than it has; `nil` where the value is the same, or was left
/// out.
///
/// Values are compared as they are answered, byte for byte: `==` takes composed and decomposed characters for the same.
public func changed<Value: ResponseValue>(_ field: String, to new: Value?, from old: Value) -> String? {
    guard let new, new.jsonText != old.jsonText else { return nil }
    return field
}
