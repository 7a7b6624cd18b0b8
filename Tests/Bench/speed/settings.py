"""The settings of the bench, from the environment that Tests/Bench/run sets."""

import os
import pathlib

BENCH = pathlib.Path(__file__).resolve().parents[1]
ROOT = BENCH.parents[1]

# The run folder, by a path short and plain enough for sockets and configuration files.
RUN = pathlib.Path(os.environ["BENCH_RUN"])
# The folder for tables, figures and the chart.
RESULTS = pathlib.Path(os.environ["BENCH_RESULTS"])
# The Python environment with the packages from PyPI.
VENV = ROOT / ".build" / "bench-venv"

# As many connections as nginx keeps open to the program.
CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", "16"))
# The seconds of one measurement, and how many measurements there are of each side.
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
# The seconds of the soak; 0 for none.
SOAK_SECONDS = float(os.environ.get("BENCH_SOAK_SECONDS", "600"))

EMAIL, PASSWORD = "user@example.com", "correct horse battery staple"
# The program's defaults, with which the hashes of the seed are made.
ARGON2_MEMORY_KIB, ARGON2_ITERATIONS = 47104, 1
