/// Something that happens in the program and in which modules can take part, such as `AccountCreated`. Each event is a
/// type of its own. It is fired by the function that writes the row, so that no path to a change can leave it out:
/// request, command, job.
///
/// An event holds ids and what changed. It is no answer: nothing of it is shown to anybody.
public protocol Event: Sendable {}

/// An event that a hook may refuse. Others, such as `AccountErased`, tell of what somebody else or a schedule does, and
/// what nobody may keep from happening: modules can only leave a job behind.
public protocol RefusableEvent: Event {}
