"""Shows the cost of lists, searches and lookups with 1,000,000 users, 100,000 organizations and 1,000,000 projects:
each uses an index, a list costs the same at any depth, and looking up a user costs about the same among many as among
few. It fails if that does not hold.

With `plans`, it checks only the plans of the statements, with some thousand rows. That is part of make test.
With `package`, it checks the plans of the statements that the modules of another package run (deploy/test-package).
"""

import sys
from collections.abc import Iterator

from callers import Caller, administrator, member
from exports import BATCH, exporter
from lists import DISJOINT, List, lists
from load import FEW, MANY, SOME, load
from lookups import Lookup, lookups
from package import Made, exemptions
from plans import EXEMPTIONS, PAGE, PART, ROW, SCAN, SORT, Bound, faults
from recorder import Recorder, Statement
from stack import Account, Stack
from times import MOST, deep_pages, user_lookups
from walks import Walk

# The maximum time for loading, in seconds.
LONGEST_LOAD = 180

failures: list[str] = []


def main() -> None:
    if sys.argv[1:] == ["plans"]:
        some = Stack.named("SOME")
        fill(some, SOME)
        show_plans(some, [administrator(some), member(some)])
    elif sys.argv[1:] == ["package"]:
        show_plans_of_package(Stack.named("SOME"))
    else:
        few, many = Stack.named("FEW"), Stack.named("MANY")
        fill(few, FEW)
        print("Loading 1,000,000 users, 100,000 organizations and 1,000,000 projects", flush=True)
        seconds = fill(many, MANY)
        check(f"loaded in {seconds:.0f} s; at most {LONGEST_LOAD} are allowed", seconds <= LONGEST_LOAD)
        callers = [administrator(many), member(many)]
        show_times(few, many, callers, show_plans(many, callers))
    if failures:
        sys.exit("error: not reached:\n  " + "\n  ".join(failures))
    print("\nEvery number is reached.")


def fill(stack, size) -> float:
    """Fills the database of a stack, and returns the seconds it took."""
    stack.stop_program()
    seconds = load(stack.db, size, tell=lambda line: print(line, flush=True) if size is MANY else None)
    stack.start_program()
    return seconds


def check(what: str, holds: bool) -> None:
    """Prints a result, and keeps it if it is wrong."""
    print(f"  {what}{'' if holds else '  FAILED'}", flush=True)
    if not holds:
        failures.append(what)


# Plans.


def show_plans(stack: Stack, callers: list[Caller]) -> str:
    """Explains the statements of every list and lookup, and returns the one by which a sign-in finds the account."""
    begin_table(stack)
    with Recorder(stack) as recorder:
        show_lists(recorder, stack, [(caller, lists(stack, caller)) for caller in callers], "see callers.py")
        show_export(recorder, stack, "exporter", exporter(stack))
        sign_in = show_lookups(recorder, stack, callers)
    print("\nNeither full scans nor sorts of tables, though their plans look like it:")
    for exemption in EXEMPTIONS:
        print(f"  {exemption.name}: {exemption.reason}")
    print(
        f'\nNot bounded by what is answered, though read by an index: "{DISJOINT}", of which many rows have either word'
        " and none both: one word's rows are read to the end"
    )
    return sign_in


def show_plans_of_package(stack: Stack) -> None:
    """Explains the statements of another package's lists, of the calls about a row, and of the export."""
    made = Made.all(stack)
    EXEMPTIONS.extend(exemptions(stack.db))
    begin_table(stack)
    with Recorder(stack) as recorder:
        asked = [(rows.caller, rows.lists(stack)) for rows in made]
        show_lists(recorder, stack, asked, "of 90 rows; see `new` and `filters` of its Resource")
        for rows in made:
            for lookup in rows.lookups():
                if not show_lookup(recorder, stack, lookup):
                    check(f"{lookup.name}: was refused to the owner of the row", False)
        # Every account has rows of every kind.
        for rows in made[:1]:
            show_export(recorder, stack, rows.caller.name, rows.caller.account)


def begin_table(stack: Stack) -> None:
    """Checks that faults are found, and prints the head of the table."""
    statement = Statement("SELECT row_id FROM words ORDER BY RAND() LIMIT 20", 1_000)
    found = " ".join(faults(stack.db, [statement], ROW))
    are_found = all(fault in found for fault in (SCAN, SORT, "examined"))
    check("a scan, a sort and too many examined rows are found", are_found)
    print("\nStatements, and the most rows that the server examined for one of them")
    print(f"{'':<87} {'entries':>8} {'':>10} {'most':>7} {'slowest':>7}")
    print(f"{'caller':<14} {'list, both orders; lookup':<72} {'deep':>8} {'statements':>10} {'rows':>7} {'ms':>7}")


def show_lists(
    recorder: Recorder, stack: Stack, asked: list[tuple[Caller, Iterator[List]]], hint: str
) -> None:
    """Checks the lists of each caller, and keeps those of which no caller has more than one part."""
    walked: dict[str, bool] = {}
    for caller, entries in asked:
        for entry in entries:
            is_walked = show_list(recorder, stack, caller, entry)
            walked[entry.pair] = is_walked or walked.get(entry.pair, False)
    for pair, is_walked in walked.items():
        if not is_walked:
            check(f"{pair}: no caller has more than a part of it, {hint}", False)


def show_list(recorder: Recorder, stack: Stack, caller: Caller, entry: List) -> bool:
    """Checks a list in both orders, by page and by cursor, at its beginning and deep in it; returns whether it has more
    than one part."""
    found, slowest, depths = [], 0.0, []
    for order in [{}] if entry.is_search else [{"sortOrder": "asc"}, {"sortOrder": "desc"}]:
        walk = Walk(stack, caller, entry, order)
        walk.go()
        if walk.status != 200:
            line(caller.name, f"{entry} ({walk.status})", "", [], walk.slowest)
            return False
        walk.slowest = 0
        for calls, bound in ((walk.pages, PAGE), (walk.parts, PART)):
            statements = recorder.statements(calls)
            judge(stack, caller.name, str(entry), statements, None if DISJOINT in entry.filters.values() else bound)
            found += statements
        slowest, depths = max(slowest, walk.slowest), [*depths, walk.depth]
    line(caller.name, str(entry), f"{min(depths):,}", found, slowest)
    return min(depths) > 0


def show_export(recorder: Recorder, stack: Stack, who: str, account: Account) -> None:
    """Checks an export. Each of its statements reads at most a batch; for events, a batch from each of two indexes."""
    name = "GET /users/me/export"
    took: list[float] = []
    statements = recorder.statements(
        lambda: took.append(stack.call("GET", "/users/me/export", token=account.token)[1])
    )
    judge(stack, who, name, statements, Bound(2 * BATCH, False))
    line(who, name, "", statements, took[0])


def show_lookups(recorder: Recorder, stack: Stack, callers: list[Caller]) -> str:
    """Checks single rows, found by paths and by secrets; returns the statement by which a sign-in finds the account."""
    found: dict[str, bool] = {}
    for lookup in lookups(stack, callers):
        found[lookup.name] = show_lookup(recorder, stack, lookup) or found.get(lookup.name, False)
    for name, is_found in found.items():
        if not is_found:
            check(f"{name}: no caller has found what it looks up, see callers.py and lookups.py", False)
    account = stack.account("user")
    body = {"email": account.email, "password": account.password}
    statements = recorder.statements(lambda: stack.call("POST", "/auth/login", body=body))
    (by_address,) = [ran.text for ran in statements if "FROM users" in ran.text and account.email in ran.text]
    return by_address.replace(account.email, "%s")


def show_lookup(recorder: Recorder, stack: Stack, lookup: Lookup) -> bool:
    """Checks a call about a row; returns whether the row was found."""
    calls: list[tuple[bool, float]] = []
    statements = recorder.statements(lambda: calls.append(lookup.call(stack)))
    ((is_found, seconds),) = calls
    judge(stack, lookup.who, lookup.name, statements, ROW)
    line(lookup.who, lookup.name + ("" if is_found else " (refused)"), "", statements, seconds)
    return is_found


def judge(stack: Stack, who: str, what: str, statements: list[Statement], bound: Bound | None) -> None:
    """Keeps the faults of some statements."""
    for fault, text in faults(stack.db, statements, bound).items():
        check(f"{who}, {what}: {fault}\n    {' '.join(text.split())[:600]}", False)


def line(who: str, what: str, depth: str, statements: list[Statement], seconds: float) -> None:
    """Prints a line of the table."""
    most = max((statement.examined for statement in statements), default=0)
    count = len({statement.text for statement in statements})
    print(f"{who:<14} {what:<72} {depth:>8} {count:>10} {most:>7,} {1000 * seconds:>7.1f}", flush=True)


# Times.


def show_times(few: Stack, many: Stack, callers: list[Caller], sign_in: str) -> None:
    """Prints the pairs measured side by side."""
    heading = f"medians in ms, in turns; the second at most {MOST} × the first"
    print(f"\n{heading:<62} {'first':>9} {'second':>9} {'ratio':>6}")
    for pairs in (deep_pages(many, *callers), user_lookups(few, many, sign_in)):
        for pair in pairs:
            print(pair, flush=True)
            if pair.is_too_slow:
                failures.append(f"{pair.name}: {pair.ratio:.2f}")


if __name__ == "__main__":
    main()
