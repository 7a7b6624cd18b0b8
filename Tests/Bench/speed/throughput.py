"""Requests a second: reads, refreshes and sign-ins."""

import math
import statistics

import http_client
import pieces
from load import Sample, printed_rate, wrk, wrk_refresh
from program import CREDENTIALS, LOGIN, REFRESH, USERS_ME, Program
from rivals import Bare, Rival
from rounds import Goal, Measure, Row, alternate, goal_of_ratio
from settings import ARGON2_ITERATIONS, ARGON2_MEMORY_KIB, CONNECTIONS, RUN, SECONDS

HASHES, COMMITS, BCRYPT = "bare hashes", "bare commits", "PocketBase (bcrypt)"
# The share of the database's commits from which commits are the bottleneck of refreshes.
NEARLY_ALL = 0.9
# All connections together wait half a second for a sign-in, so in a shorter measurement the ends would weigh too much.
LEAST_SECONDS = 4


def health(measured: Program, bare: Bare) -> list[tuple[Row, Goal]]:
    """GET /healthz, which is answered at once: the cost of receiving and answering a request."""
    fronts = {"program": measured.front, bare.name: bare.front}
    return [
        _health("with TLS", {side: front.url for side, front in fronts.items()}),
        _health("without TLS", {side: front.plain_url for side, front in fronts.items()}),
    ]


def _health(how: str, urls: dict[str, str]) -> tuple[Row, Goal]:
    def measure(url: str) -> Measure:
        return lambda seconds: wrk(f"{url}/healthz", seconds, {})

    title = f"GET /healthz {how}"
    row = Row(title, alternate(title, {side: measure(url) for side, url in urls.items()}))
    program, bare = urls
    return row, goal_of_ratio(f"{title} against {bare}", row, program, bare, 1.0)


# The least ratio of the program's reads to those of each rival.
READS = {"bare C": 0.92, "PHP": 1.5, "PocketBase": 1.5, "allauth": 10.0}


def reads(measured: Program, bare: Bare, rivals: list[Rival]) -> tuple[Row, list[Goal]]:
    """GET /users/me, and the corresponding call of the others."""

    def measure(rival: Rival) -> Measure:
        return lambda seconds: wrk(rival.url, seconds, rival.headers())

    sides: dict[str, Measure] = {
        "program": lambda seconds: wrk(measured.front.url + USERS_ME, seconds, measured.headers()),
        bare.name: lambda seconds: wrk(bare.front.url + USERS_ME, seconds, measured.headers()),
    }
    sides |= {rival.name: measure(rival) for rival in rivals}
    row = Row("GET /users/me", alternate("GET /users/me", sides))
    return row, [
        goal_of_ratio(f"GET /users/me against {name}", row, "program", name, bound) for name, bound in READS.items()
    ]


def logins(measured: Program, rivals: list[Rival]) -> tuple[Row, list[Goal]]:
    """Sign-ins, beside those of others, and beside plain hashing."""
    hashes = pieces.build("hashes", "libargon2")

    def measure(rival: Rival) -> Measure:
        return lambda seconds: wrk(rival.login_url, seconds, {}, rival.login_body)

    sides: dict[str, Measure] = {
        "program": lambda seconds: wrk(measured.front.url + LOGIN, seconds, {}, CREDENTIALS),
        HASHES: lambda seconds: printed_rate(hashes, seconds, ARGON2_MEMORY_KIB, ARGON2_ITERATIONS),
    }
    sides |= {_hashing(rival): measure(rival) for rival in rivals}
    samples = alternate("POST /auth/login", sides, max(SECONDS, LEAST_SECONDS))
    row = Row("POST /auth/login", samples, not_compared=(BCRYPT,))
    return row, [
        goal_of_ratio("POST /auth/login against PHP", row, "program", "PHP", 2.0),
        goal_of_ratio(f"POST /auth/login against {HASHES} on all cores", row, "program", HASHES, 0.92),
    ]


def _hashing(rival: Rival) -> str:
    return BCRYPT if rival.name == "PocketBase" else rival.name


def refreshes(measured: Program, sign_ins: Row) -> tuple[Row, Goal]:
    """Rotations of refresh tokens, each on disk before it is answered, beside commits of one row each."""
    commits = pieces.build("commits", "libmariadb")

    def refresh(seconds: float) -> Sample:
        tokens = [measured.sign_in()["refreshToken"] for _ in range(CONNECTIONS)]
        return wrk_refresh(measured.front.url + REFRESH, seconds, tokens)

    http_client.call("POST", measured.front.url + REFRESH, {"refreshToken": measured.sign_in()["refreshToken"]})
    sides: dict[str, Measure] = {
        "program": refresh,
        COMMITS: lambda seconds: printed_rate(commits, seconds, CONNECTIONS, RUN / "mariadb.sock"),
    }
    row = Row("POST /auth/refresh", alternate("POST /auth/refresh", sides))
    share = statistics.median(row.ratios("program", COMMITS))
    commits_a_refresh = statistics.median(row.ratios(COMMITS, "program"))
    sign_ins_a_second = sign_ins.median("program") or math.inf
    failed = row.failures("program") + sign_ins.failures("program")
    return row, Goal(
        "POST /auth/refresh, as a multiple of POST /auth/login",
        70,
        [rate / sign_ins_a_second for rate in row.values("program")],
        fault=f"does not count: {failed} failures" if failed else "",
        remark=f"1/{commits_a_refresh:.0f} of the commits a second that the database makes on "
        f"{CONNECTIONS} connections",
        is_met_otherwise=share >= NEARLY_ALL,
    )
