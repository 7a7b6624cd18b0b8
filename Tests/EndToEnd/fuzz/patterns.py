"""Keeps what hypothesis makes of a pattern. It makes it anew for every value, and of the document's patterns, which name
ranges of Unicode, that was four fifths of all that schemathesis computes. What is drawn of it stays the same."""

from hypothesis.strategies import SearchStrategy
from hypothesis.strategies._internal import regex

_make = regex.regex_strategy
_made: dict[tuple, SearchStrategy] = {}


def _kept(pattern, fullmatch: bool, *, alphabet: SearchStrategy | None, **options: bool) -> SearchStrategy:
    compiled = regex.re.compile(pattern)
    key = (compiled.pattern, compiled.flags, fullmatch, repr(alphabet), *sorted(options.items()))
    if key not in _made:
        _made[key] = _make(pattern, fullmatch, alphabet=alphabet, **options)
    return _made[key]


def keep() -> None:
    """From now on."""
    regex.regex_strategy = _kept
