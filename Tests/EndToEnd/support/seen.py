"""What the tests have seen, kept for tests in later processes: the last tests ask what has happened in the whole
run."""

import json
import os
import pathlib

from support.contract import Contract
from support.secrets import SecretRegistry


class Seen:
    """Reads and writes it, with one file for each process; without a folder, it does nothing."""

    def __init__(self, folder: pathlib.Path | None, contract: Contract, secrets: SecretRegistry) -> None:
        self._folder, self._contract, self._secrets = folder, contract, secrets
        # Whether other tests have run before these.
        self.goes_on = False

    def read(self) -> None:
        """Adds what earlier processes have seen."""
        for file in sorted(self._folder.glob("*.json")) if self._folder else []:
            kept = json.loads(file.read_text())
            self._contract.seen |= {tuple(answer) for answer in kept["answers"]}
            self._secrets.add_all(kept["secrets"], kept["kinds"])
            self.goes_on = True

    def write(self) -> None:
        """Writes what this process has seen."""
        if self._folder:
            leave(self._folder, self._secrets, sorted(self._contract.seen, key=str))


def leave(folder: pathlib.Path, secrets: SecretRegistry, answers: list) -> None:
    """Writes the file of this process."""
    folder.mkdir(mode=0o700, exist_ok=True)
    values, kinds = secrets.all()
    kept = {"answers": answers, "secrets": values, "kinds": sorted(kinds)}
    (folder / f"{os.getpid()}.json").write_text(json.dumps(kept))
