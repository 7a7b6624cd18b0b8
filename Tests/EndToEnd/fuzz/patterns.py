"""Caches the strategies that hypothesis builds for the character classes in a pattern. Without the cache, hypothesis
builds them again for every value, one character after the other, and schemathesis asks for each pattern with many
lengths. With this document, whose classes are ranges of Unicode, that took nine tenths of the computation. The values
drawn stay the same."""

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
    """Turns the cache on."""
    regex._strategy = _kept
