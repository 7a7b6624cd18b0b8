"""Runs oidc-provider-mock with a key that is kept in a file: programs that know the key trust the provider after a
restart, too.

    provider.py FILE [OPTIONS OF oidc-provider-mock]
"""

import os
import pathlib
import sys

from authlib.jose import RSAKey
from oidc_provider_mock import _app
from oidc_provider_mock.__main__ import run

kept = pathlib.Path(sys.argv.pop(1))


class Storage(_app.Storage):
    """The provider's state. The first start makes the key."""

    def __init__(self) -> None:
        super().__init__()
        if kept.exists():
            self.jwk = RSAKey.import_key(kept.read_bytes())
        else:
            new = kept.with_suffix(".new")
            new.touch(0o600)
            new.write_bytes(self.jwk.as_pem(is_private=True))
            os.replace(new, kept)


_app.Storage = Storage
run()
