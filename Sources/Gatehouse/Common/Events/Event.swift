/// Something that happens in the program and in which modules can take part, such as `AccountCreated`. Each event is a
/// type of its own. It is fired by the function that writes the row, so that no path to a change can leave it out:
/// request, command, job.
///
/// An event holds ids and what changed. It is no answer: nothing of it is shown to anybody.
public protocol Event: Sendable {}
