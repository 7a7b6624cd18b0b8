import Gatehouse

/// The modules of this package, in the order in which the document lists their routes.
package let modules: [any Module.Type] = [
    Notes.self
]
