"""Runs of `gatehouse doctor`."""

import json

from support.commands import Installation

Findings = dict[str, list[dict]]


def examine(own: Installation, **settings: str) -> tuple[int, Findings]:
    """Runs the doctor with additional settings; returns the exit code and the findings of each check."""
    done = own.run("doctor", "--json", **settings)
    by_check: Findings = {}
    for finding in json.loads(done.stdout)["data"]:
        assert (finding["status"] == "ok") == (finding["advice"] is None), finding
        by_check.setdefault(finding["check"], []).append(finding)
    return done.returncode, by_check


def faults(findings: Findings) -> set[str]:
    """The checks that found a fault."""
    return {check for check, found in findings.items() if "fault" in {one["status"] for one in found}}
