"""How the bench is run: what Tests/Bench/run says by the environment."""

import os
import pathlib

BENCH = pathlib.Path(__file__).resolve().parents[1]
ROOT = BENCH.parents[1]

# The run folder, by a path that is short and plain enough for sockets and configuration files.
RUN = pathlib.Path(os.environ["BENCH_RUN"])
# Where table, figures and chart are written.
RESULTS = pathlib.Path(os.environ["BENCH_RESULTS"])
# The Python environment with what comes from PyPI.
VENV = ROOT / ".build" / "bench-venv"

# As many connections as nginx keeps open to the program.
CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", "16"))
# How long one measurement takes, and how many there are of each.
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
# How long the soak takes; none at 0.
SOAK_SECONDS = float(os.environ.get("BENCH_SOAK_SECONDS", "600"))

EMAIL, PASSWORD = "user@example.com", "correct horse battery staple"
# The program's defaults, which the seed's hashes are made with.
ARGON2_MEMORY_KIB, ARGON2_ITERATIONS = 47104, 1
