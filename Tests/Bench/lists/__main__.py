"""Shows what lists, searches and lookups cost with 1,000,000 users, 100,000 organizations and 1,000,000 projects: that
each is carried out by an index, that a list costs the same at any depth, and that looking up a user costs about the
same among many as among few. It fails where that does not hold.
"""

import sys

from callers import Caller, administrator, member
from lists import List, lists
from load import FEW, MANY, load
from plans import EXEMPTIONS, LOG_OFF, LOG_ON, REACH, Recorder, Step, faults, steps
from stack import Stack
from times import LIMIT, MOST, deep_pages, user_lookups

# Seconds that loading may take.
LONGEST_LOAD = 180

failures: list[str] = []


def main() -> None:
    few, many = Stack.named("FEW"), Stack.named("MANY")
    for stack in (few, many):
        stack.stop_program()
    load(few.db, FEW)
    print("Loading 1,000,000 users, 100,000 organizations and 1,000,000 projects", flush=True)
    seconds = load(many.db, MANY, tell=lambda line: print(line, flush=True))
    check(f"loaded in {seconds:.0f} s; at most {LONGEST_LOAD} are allowed", seconds <= LONGEST_LOAD)
    for stack in (few, many):
        stack.start_program()
    callers = [administrator(many), member(many)]
    sign_in = show_plans(many, callers)
    show_times(few, many, callers, sign_in)
    if failures:
        sys.exit("error: not reached:\n  " + "\n  ".join(failures))
    print("\nEvery number is reached.")


def check(what: str, holds: bool) -> None:
    """Prints what was found, and keeps it where it is not as it has to be."""
    print(f"  {what}{'' if holds else '  FAILED'}", flush=True)
    if not holds:
        failures.append(what)


# Plans.


def show_plans(stack: Stack, callers: list[Caller]) -> str:
    """Explains what every list and lookup runs, and answers the statement by which a sign-in finds the account."""
    stack.db.run(LOG_ON)
    stack.restart_program()
    recorder = Recorder(stack)
    print("\nPlans: of all statements of some calls, the most rows that any step of a plan reads")
    print(
        f"{'caller':<14} {'list, both orders, by page and by cursor; lookup':<72} {'statements':>10} {'most rows':>9} {'slowest ms':>10}",
        flush=True,
    )
    for caller in callers:
        for entry in lists(stack, caller):
            show_list(stack, recorder, caller, entry)
    sign_in = show_lookups(stack, recorder, callers[0], callers[1])
    stack.db.run(LOG_OFF)
    stack.restart_program()
    print("\nNeither full scans nor sorts of tables, though their plans look like it:")
    for exemption in EXEMPTIONS:
        print(f"  {exemption.name}, at most {exemption.rows:,} rows: {exemption.reason}")
    return sign_in


def show_list(stack: Stack, recorder: Recorder, caller: Caller, entry: List) -> None:
    """One list, in both orders, by page and by cursor, at its beginning and further on."""
    found: list[tuple[list[str], float]] = []
    refused = ""
    for order in [{}] if entry.is_search else [{"sortOrder": "asc"}, {"sortOrder": "desc"}]:
        query = (
            entry.filters | order | ({} if entry.sort is None else {"sortBy": entry.sort}) | {"limit": LIMIT}
        )
        parts = [{"page": 1}, {"page": REACH // LIMIT}, {"cursor": ""}]
        while parts and not refused:
            part, answer = parts.pop(0), {}

            def call() -> None:
                answer["body"], answer["seconds"] = stack.call(
                    "GET", entry.target, query | part, by=caller.account, expect=(200, 403, 404)
                )

            found.append((recorder.statements(caller.account, call), answer["seconds"]))
            refused = f" ({answer['body']['status']})" if answer["body"]["status"] != 200 else ""
            if part == {"cursor": ""} and not refused and answer["body"]["meta"]["nextCursor"]:
                parts.append({"cursor": answer["body"]["meta"]["nextCursor"]})
    show(stack, caller.name, f"{entry}{refused}", found)


def show_lookups(stack: Stack, recorder: Recorder, admin: Caller, user: Caller) -> str:
    """Single rows, and signing in; answers the statement that finds the account."""
    project = stack.db.value(
        "SELECT public_id FROM projects WHERE organization_id = 1 AND NOT is_deleted LIMIT 1;"
    )
    for caller, path in [
        (admin, f"/users/{admin.values['actorId']}"),
        (user, "/users/me"),
        (user, f"/projects/{project}"),
        (user, f"/organizations/{user.values['organizationId']}"),
        (user, f"/organizations/{user.values['organizationId']}/members/{user.account.id}"),
    ]:
        answer: list[float] = []
        statements = recorder.statements(
            caller.account, lambda: answer.append(stack.call("GET", path, by=caller.account)[1])
        )
        show(stack, caller.name, f"GET {path}", [(statements, answer[0])])
    body = {"email": user.account.email, "password": user.account.password}
    statements = recorder.statements(
        user.account, lambda: answer.append(stack.call("POST", "/auth/login", body=body)[1])
    )
    show(stack, "anybody", "POST /auth/login", [(statements, answer[-1])])
    (statement,) = [text for text in statements if "FROM users" in text and user.account.email in text]
    return statement.replace(user.account.email, "%s")


def show(stack: Stack, who: str, what: str, found: list[tuple[list[str], float]]) -> None:
    """Prints a row of the table: everything that some calls ran, explained."""
    statements = list(dict.fromkeys(statement for ran, _ in found for statement in ran))
    taken: list[Step] = [step for statement in statements for step in steps(stack.db, statement)]
    most = max((step.rows or 0 for step in taken), default=0)
    slowest = 1000 * max(seconds for _, seconds in found)
    print(f"{who:<14} {what:<72} {len(statements):>10} {most:>9,.0f} {slowest:>10.1f}", flush=True)
    wrong = {fault: step.statement for step in taken for fault in faults(step)}
    for fault, statement in wrong.items():
        check(f"{who}, {what}: {fault}\n    {' '.join(statement.split())[:600]}", False)


# Times.


def show_times(few: Stack, many: Stack, callers: list[Caller], sign_in: str) -> None:
    """Prints the pairs that were measured side by side."""
    heading = f"medians in ms, in turns; the second at most {MOST} × the first"
    print(f"\n{heading:<62} {'first':>9} {'second':>9} {'ratio':>6}")
    for pairs in (deep_pages(many, *callers), user_lookups(few, many, sign_in)):
        for pair in pairs:
            print(pair, flush=True)
            if pair.is_too_slow:
                failures.append(f"{pair.name}: {pair.ratio:.2f}")


if __name__ == "__main__":
    main()
