"""The pages behind the links in mails, as Chromium shows them."""

import json

from axe_playwright_python.sync_playwright import Axe

SMALL_SCREEN = {"width": 320, "height": 480}


def check_readable(page) -> None:
    """Requires that the page is accessible in its present state, in both colour schemes and on a small screen."""
    page.set_viewport_size(SMALL_SCREEN)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_SCREEN["width"], scheme


def wait_for_heading(page, words: str) -> None:
    """Waits for a state of the page, and requires that the focus is on its heading."""
    page.get_by_role("heading", name=words).wait_for()
    assert page.evaluate("document.activeElement.id") == "heading"


def tab_to(page, element: str) -> None:
    """Moves to the next element, which must have this id or, if none is given, this type."""
    page.keyboard.press("Tab")
    focused = "document.activeElement.id || document.activeElement.type"
    assert page.evaluate(focused) == element


def problems_but(page, fault: int | str) -> list[str]:
    """The problems in the console, except those about calls that failed in this way; Chromium reports each."""
    return [problem for problem in page.problems if str(fault) not in problem]


def answer_instead(page, path: str, status: int, code: str = "", data: dict | None = None) -> None:
    """Answers a call instead of the stack, with an error or with data."""
    error = {"code": code, "message": "Told by the test.", "details": [], "requestId": "test"}
    body = json.dumps({"error": error} if code else {"data": data or {}})
    page.route(
        f"**/api/v1/{path}",
        lambda route: route.fulfill(status=status, content_type="application/json", body=body),
    )
