"""Facts about the measurement and the machine."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

from settings import CONNECTIONS, ROOT, ROUNDS, SECONDS, VENV


def facts() -> dict[str, str]:
    """Machine, system and the commit."""
    return {
        "Commit": commit(),
        "Date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Machine": f"{_processor()}, {len(os.sched_getaffinity(0))} processors, {_memory()} of memory",
        "System": f"{_system()}, Linux {platform.release()}",
    }


def facts_of_comparison() -> dict[str, str]:
    """The same, with the versions of the programs compared, and the parameters of the measurement."""
    return facts() | {
        "Servers": ", ".join(
            [
                f"nginx {_first('nginx', '-v')}",
                f"MariaDB {_first('mariadbd', '--version')}",
                f"PHP {_first('php-fpm8.2', '--version')}",
                f"PocketBase {_first(VENV / 'bin' / 'pocketbase', '--version')}",
            ]
        ),
        "Libraries": ", ".join([f"OpenSSL {_library('libcrypto')}", f"libargon2 {_library('libargon2')}"]),
        "Compilers": ", ".join([f"Swift {_first('swift', '--version')}", f"gcc {_first('gcc', '-dumpfullversion')}"]),
        "Load": ", ".join([f"wrk {_first('wrk', '-v')}", f"hey {_first('dpkg-query', '--show', 'hey')}"]),
        "Python": ", ".join(f"{name} {version}" for name, version in _packages()),
        "Rounds": f"{ROUNDS} of {SECONDS:.0f} s, {CONNECTIONS} connections",
    }


def commit() -> str:
    """The commit of the checkout. The program may be older only if the caller provided it."""
    name = _output("git", "-C", ROOT, "log", "-1", "--format=%h of %cs")
    return name + (" with changes" if _output("git", "-C", ROOT, "status", "--porcelain", "Sources") else "")


def _output(*command: object) -> str:
    """The output of a command; empty if there is no such command."""
    try:
        done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def _first(*command: object) -> str:
    """The first version in the output of a command."""
    found = re.search(r"\d+(\.\d+)+", _output(*command))
    return found[0] if found else "of unknown version"


def _library(name: str) -> str:
    """The version of a C library that the program is linked with."""
    return _output("pkg-config", "--modversion", name)


def _packages() -> list[tuple[str, str]]:
    names = ("django-allauth", "Django", "gunicorn", "mysqlclient")
    script = f"import importlib.metadata as m\nfor name in {names!r}: print(name, m.version(name))"
    return [tuple(line.split()) for line in _output(VENV / "bin" / "python", "-c", script).splitlines()]


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
