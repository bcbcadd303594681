"""Whoever reads the log cannot open an application."""

import logging
import secrets
from io import BytesIO

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from journal.errors import OperationRefused
from kpportal.logs import WithoutKeys
from licensees.papers import judge


@pytest.mark.parametrize(
    ("words", "args"),
    [
        ("%s: %s", ("Conflict", "/apply/{key}/send/")),
        ("Not Found: /apply/{key}/papers/3/", ()),
        ("GET http://testserver/apply/{key}/?next=/apply/{key}/", ()),
    ],
)
def test_a_log_names_no_key(words: str, args: tuple[str, ...]) -> None:
    key = secrets.token_urlsafe(32)
    put = [text.replace("{key}", key) for text in (words, *args)]
    record = logging.LogRecord("x", logging.WARNING, "", 1, put[0], tuple(put[1:]), None)
    assert WithoutKeys().filter(record)
    assert key not in record.getMessage()
    assert "/apply/…/" in record.getMessage()


def test_other_words_stay_as_they_are() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "%s: %s", ("a", "/apply/sent/"), None)
    assert WithoutKeys().filter(record)
    assert record.getMessage() == "a: /apply/sent/"


def test_a_hostile_upload_writes_nothing_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    content = b"%PDF-1.4\n1 0 obj\n" + b"<<" * 1000 + b"\nstartxref\n9\n%%EOF"
    with pytest.raises(OperationRefused):
        judge("a.pdf", len(content), BytesIO(content))
    assert caplog.records == []


def test_every_handler_writes_without_keys() -> None:
    handlers = settings.LOGGING["handlers"].values()
    assert all("without_keys" in handler["filters"] for handler in handlers)
    assert import_string(settings.LOGGING["filters"]["without_keys"]["()"]) is WithoutKeys
