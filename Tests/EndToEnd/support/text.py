"""Checks words that people read, and names the cases of tests."""


def is_sentence(text: str) -> bool:
    """Whether it reads like one sentence or a few, on one line."""
    return text[0].isupper() and text.endswith(".") and " " in text and "\n" not in text and len(text) < 300


def in_order(value: object) -> str:
    """Names a case by a value, and a set by its elements in order, because all processes that share the tests must use
    the same names."""
    return ascii(sorted(value)) if isinstance(value, set) else ascii(value)
