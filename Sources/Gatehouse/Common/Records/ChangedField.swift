import Web

/// The name of a field to which a request gives another value; `nil` if the value is the same, or was left out.
///
/// Values are compared in their answered form, byte for byte, since `==` treats composed and decomposed characters as
/// equal.
func changed<Value: ResponseValue>(_ field: String, to new: Value?, from old: Value) -> String? {
    guard let new, new.jsonText != old.jsonText else { return nil }
    return field
}
