"""The mail that verifies an address, as it arrives."""

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from support.people import new_address

PRINTABLE_LINES = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")


def display_name(raw: bytes) -> str:
    """The recipient's name. Python's newer parser keeps spaces between encoded words (RFC 2047, 6.2)."""
    field = email.message_from_bytes(raw, policy=email.policy.compat32)["To"]
    return str(make_header(decode_header(parseaddr(field)[0])))


def test_is_text_and_html_alternatives_with_the_usual_fields(people, mailbox, stack):
    person = people.registered("Ada Lovelace")
    message = mailbox.wait_for(person.email).message
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["To"].addresses[0].addr_spec == person.email
    assert message["To"].addresses[0].display_name == "Ada Lovelace"
    assert message["From"].addresses[0].addr_spec == stack.settings["GATEHOUSE_MAIL_FROM"]
    assert message["Subject"] and message["Date"].datetime and message["Message-ID"]
    assert message["MIME-Version"] == "1.0"
    assert not message.defects


def test_the_link_is_unbroken_in_the_raw_text_and_in_the_html(people, mailbox, stack):
    mail = mailbox.wait_for(people.registered("Žofie Ünïcödé").email)
    link = f"{stack.settings['GATEHOUSE_PUBLIC_URL']}/verify-email#token={mail.token}"
    raw_text = mail.raw.split(b"text/html")[0]
    assert link.encode() in [line.strip() for line in raw_text.splitlines()]
    assert f'href="{link}"' in mail.html
    assert len(mail.token) >= 43


def test_the_mail_neither_tracks_nor_loads_anything(people, mailbox, stack):
    html = mailbox.wait_for(people.registered().email).html
    addresses = re.findall(r'(?:href|src|url\()\s*=?\s*["\']?(https?:[^"\')\s>]+)', html)
    assert addresses and all(
        address.startswith(stack.settings["GATEHOUSE_PUBLIC_URL"]) for address in addresses
    )
    assert "<img" not in html and "<script" not in html


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Ångström",
        "李小龙",
        "שלום",
        "Ünï" * 16,
        "O'Brien-Müller",
    ],
    ids=ascii,
)
def test_a_name_in_any_script_reaches_the_header_and_the_text(people, mailbox, name):
    mail = mailbox.wait_for(people.registered(name).email)
    assert display_name(mail.raw) == name
    assert name[:20] in re.sub(r"\s+", " ", mail.text)
    assert all(len(line) <= 998 and PRINTABLE_LINES.fullmatch(line) for line in mail.raw.splitlines())


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "<b>bold</b> & <i>", "\"'><img src=x onerror=alert(1)>"]
)
def test_a_name_never_becomes_markup(people, mailbox, name):
    html = mailbox.wait_for(people.registered(name).email).html
    assert not re.search(r"<(script|img|b|i)\b", html)


@pytest.mark.parametrize(
    "name",
    [
        "x Bcc: victim@example.com",
        "x%0d%0aBcc: victim@example.com",
        "x\\r\\nBcc: victim@example.com",
        "x <victim@example.com>, y",
        "victim@example.com",
    ],
)
def test_a_name_adds_no_header_field_and_no_recipient(people, mailbox, name):
    person = people.registered(name)
    mail = mailbox.wait_for(person.email)
    assert mail.recipients == {person.email}
    assert mail.message["Bcc"] is None and mail.message["Cc"] is None
    assert [address.addr_spec for address in mail.message["To"].addresses] == [person.email]


@pytest.mark.parametrize(
    "name",
    [
        "Win at https://evil.example/now",
        "http://evil.example",
        "evil\u3002example",
        "evil\uff0eexample",
        "evil\u2024example",
        "CALL +1-800-555-0199 evil",
        "evil\U0001f600",
        "Dr. Evil",
        "evil раураl",
        "=?UTF-8?B?QmNjOiBldmls?=",
    ],
    ids=ascii,
)
def test_a_name_that_is_not_plainly_one_is_left_out_before_verification(people, mailbox, name):
    mail = mailbox.wait_for(people.registered(name).email)
    assert display_name(mail.raw) == ""
    assert mail.text.startswith("Hello,")
    for part in (mail.raw.decode(), mail.text, mail.html):
        assert "evil" not in part.lower()


def test_a_mail_goes_to_the_stored_form_of_an_international_domain(people, mailbox):
    local = new_address().split("@")[0]
    people.registered("Büchernarr", address=f"{local}@bücher.example")
    assert mailbox.wait_for(f"{local}@xn--bcher-kva.example").token


def test_a_mail_reaches_an_address_that_is_not_ascii(people, mailbox):
    local = new_address().split("@")[0]
    address = f"josé.{local}@example.com"
    people.registered("José", address=address)
    assert mailbox.wait_for(address).token


def test_message_ids_are_unique(people, mailbox):
    ids = {mailbox.wait_for(people.registered().email).message["Message-ID"] for _ in range(2)}
    assert len(ids) == 2
