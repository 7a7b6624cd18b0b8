"""What is expected of words for people, and what names cases of tests."""


def is_sentence(text: str) -> bool:
    """Whether it reads like one, or like a few, on one line."""
    return text[0].isupper() and text.endswith(".") and " " in text and "\n" not in text and len(text) < 300


def in_order(value: object) -> str:
    """Names a case by a value, a set by its elements in order: every process that shares the tests must name
    them alike."""
    return ascii(sorted(value)) if isinstance(value, set) else ascii(value)
