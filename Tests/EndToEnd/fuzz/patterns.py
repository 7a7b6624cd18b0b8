"""Keeps what hypothesis makes of a class of characters in a pattern. It makes it anew for every value, one character
after the other, and schemathesis asks for each pattern with many lengths. Of the document's classes, which are ranges
of Unicode, that was nine tenths of all that it computes. What is drawn of it stays the same."""

from hypothesis.strategies import SearchStrategy
from hypothesis.strategies._internal import regex

_make = regex._strategy
_made: dict[tuple, SearchStrategy] = {}


def _kept(codes, context: regex.Context, is_unicode: bool, *, alphabet: SearchStrategy | None) -> SearchStrategy:
    if not isinstance(codes, tuple) or codes[0] is not regex.sre.IN:
        return _make(codes, context, is_unicode, alphabet=alphabet)
    key = (repr(codes), context.flags, is_unicode, repr(alphabet))
    if key not in _made:
        _made[key] = _make(codes, context, is_unicode, alphabet=alphabet)
    return _made[key]


def keep() -> None:
    """From now on."""
    regex._strategy = _kept
