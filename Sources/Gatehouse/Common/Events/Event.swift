/// Something that happens in the program and to which modules can react, such as `AccountCreated`. Each event is a
/// separate type. The function that writes the row fires it, so no path to the change can omit it: request, command,
/// job.
///
/// An event contains ids and the change. It is never part of an answer.
public protocol Event: Sendable {}

/// An event that a hook may refuse. Other events, such as `AccountErased`, report changes that must not be prevented:
/// modules can only enqueue a job.
public protocol RefusableEvent: Event {}
