"""What is expected of words for people."""


def is_sentence(text: str) -> bool:
    """Whether it reads like one, or like a few, on one line."""
    return text[0].isupper() and text.endswith(".") and " " in text and "\n" not in text and len(text) < 300
