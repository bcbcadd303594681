"""The outbox: written with what it tells, sent after it, tried again, never sent twice (ADR 20)."""

import datetime as dt
import smtplib
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Mail
from accounts.operations import invite
from accounts.outbox import RETRIES, Round, queue, send_due, try_again
from tests.at_once import Waiting, at_once
from tests.cast import Cast
from tests.unchanged import forbidden, journaled, refused

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def write(recipient: str = "ann@tests.example", **more: Any) -> Mail:
    """A message in the outbox."""
    subject = more.pop("subject", "Something waits")
    queue(recipient, subject, ["Look at it."], **more)
    return Mail.objects.latest("id")


def later(minutes: float = 0) -> dt.datetime:
    """Now, or so many minutes later."""
    return timezone.now() + dt.timedelta(minutes=minutes)


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the mail server fail with an error, or let it work again."""
    send = EmailMultiAlternatives.send

    def fail(error: Exception | None = None, only: str = "") -> None:
        def try_it(message: EmailMultiAlternatives, *args: Any, **kwargs: Any) -> int:
            if error is not None and (not only or message.to == [only]):
                raise error
            return send(message, *args, **kwargs)

        monkeypatch.setattr(EmailMultiAlternatives, "send", try_it)

    return fail


# Writing


def test_a_message_stands_or_falls_with_what_it_tells_of() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)

    assert not Mail.objects.exists()


def test_a_message_is_plain_text_and_html_with_one_full_link() -> None:
    row = write(path="/duties/", link_label="See what is owed")

    assert "Look at it.\n\nSee what is owed:\nhttp://testserver/duties/" in row.text
    assert '<a href="http://testserver/duties/"' in row.html
    assert "See what is owed</a>" in row.html
    assert (row.state, row.attempts) == ("waiting", 0)
    assert sent_mail.outbox == []


def test_nothing_in_a_message_is_taken_for_markup() -> None:
    queue("a@tests.example", "<b>S</b>", ["<script>x</script>"], path="/", link_label="<i>L</i>")

    row = Mail.objects.get()
    assert "<script>" not in row.html
    assert "<b>S" not in row.html
    assert "<i>L" not in row.html
    assert "<script>x</script>" in row.text


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        pytest.param("Firm\r\nBcc: all@tests.example", "Firm Bcc: all@tests.example", id="header"),
        pytest.param("Firm\n\nBody", "Firm Body", id="body"),
        pytest.param("Firm\u2028\x0bTwo", "Firm Two", id="other line ends"),
        pytest.param("x" * 300, "x" * 200, id="too long"),
    ],
)
def test_a_subject_is_one_line(subject: str, kept: str) -> None:
    row = write(subject=subject)

    assert row.subject == kept
    assert send_due(now=later()) == Round(1, 0, 0)
    (message,) = sent_mail.outbox
    assert message.subject == kept
    assert message.recipients() == ["ann@tests.example"]


def test_a_key_is_written_once() -> None:
    assert queue("a@tests.example", "S", ["T"], key="fee:1")
    assert not queue("a@tests.example", "S", ["T"], key="fee:1")
    assert queue("a@tests.example", "S", ["T"], key="fee:2")
    assert Mail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_key_is_written_once_also_by_two_at_once() -> None:
    call = partial(queue, "a@tests.example", "S", ["T"], key="fee:1")

    with transaction.atomic():
        call()
        other = Waiting(call)
        assert other.is_blocked()
    other.answer()
    at_once([call] * 4)

    assert Mail.objects.count() == 1


# Sending


def test_what_waits_is_sent_once_in_both_forms() -> None:
    row = write()
    now = later()

    assert send_due(now=now) == Round(1, 0, 0)
    assert send_due(now=later(5)) == Round(0, 0, 0)

    row.refresh_from_db()
    assert (row.state, row.attempts, row.sent_at, row.last_error) == ("sent", 1, now, "")
    (message,) = sent_mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    assert (message.body, message.to) == (row.text, ["ann@tests.example"])
    assert [part.mimetype for part in message.alternatives] == ["text/html"]
    assert message.from_email == "portal@uskpa.example"


def test_the_oldest_goes_first_and_no_more_than_wanted() -> None:
    for name in "abc":
        write(f"{name}@tests.example")

    assert send_due(now=later(), at_most=2) == Round(2, 0, 0)

    assert [message.to for message in sent_mail.outbox] == [
        ["a@tests.example"], ["b@tests.example"]
    ]  # fmt: skip


def test_a_message_keeps_its_identity_from_try_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    row = write()
    seen = []

    def refuse(message: EmailMultiAlternatives, *args: Any, **kwargs: Any) -> int:
        seen.append(message.message()["Message-ID"])
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    send_due(now=later())
    send_due(now=later(10))
    write()
    send_due(now=later(10))

    first, again, other = seen
    assert first == again == f"<{row.pk}.{row.queued_at:%Y%m%d%H%M%S%f}@testserver>" != other


def test_what_cannot_be_sent_is_tried_ever_later_and_then_given_up(
    down: Callable[..., None],
) -> None:
    row = write()
    down(smtplib.SMTPRecipientsRefused({}))
    now = later()
    waited = []
    for _ in RETRIES:
        assert send_due(now=now) == Round(0, 1, 0)
        row.refresh_from_db()
        waited.append((row.due_at - now) / MINUTE)
        assert send_due(now=row.due_at - dt.timedelta(seconds=1)) == Round(0, 0, 0)
        now = row.due_at
    assert tuple(waited) == RETRIES
    assert sum(waited) > 40 * 60  # nearly two days

    assert send_due(now=now) == Round(0, 0, 1)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.sent_at) == ("failed", len(RETRIES) + 1, None)
    assert row.last_error.startswith("SMTPRecipientsRefused")
    down(None)
    assert send_due(now=now + dt.timedelta(days=9)) == Round(0, 0, 0)


def test_one_bad_address_holds_nobody_up(down: Callable[..., None]) -> None:
    for name in "abc":
        write(f"{name}@tests.example")
    down(smtplib.SMTPRecipientsRefused({}), only="a@tests.example")

    assert send_due(now=later()) == Round(2, 1, 0)


def test_a_server_that_cannot_be_reached_is_asked_once_in_a_round(
    down: Callable[..., None],
) -> None:
    for name in "abc":
        write(f"{name}@tests.example")
    down(ConnectionRefusedError("nobody there"))

    assert send_due(now=later()) == Round(0, 1, 0)
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1]

    down(None)
    assert send_due(now=later(2)) == Round(3, 0, 0)


def test_an_address_that_is_none_is_given_up_at_once() -> None:
    write("ann@tests.example\nbcc: all@tests.example")
    write("bob@tests.example")

    assert send_due(now=later()) == Round(1, 0, 1)
    assert sent_mail.outbox[0].to == ["bob@tests.example"]


def test_what_a_server_says_is_kept_in_two_hundred_letters(down: Callable[..., None]) -> None:
    row = write()
    down(OSError("x" * 400 + "\x00"))

    send_due(now=later())

    row.refresh_from_db()
    assert row.last_error == ("OSError: " + "x" * 400)[:200]


def test_a_mail_server_that_is_down_does_not_stop_the_work(
    cast: Cast, down: Callable[..., None]
) -> None:
    down(ConnectionRefusedError())
    user = invite(
        email="new@tests.example", name="New", office="reviewer", actor=cast.administrator
    )

    send_due(now=later())

    assert user.pk
    row = Mail.objects.get(recipient="new@tests.example")
    assert row.state == "waiting"
    assert "/account/password/reset/key/" in row.text


def test_the_words_of_a_personal_message_are_struck_when_it_is_sent(
    down: Callable[..., None],
) -> None:
    row = write(is_personal=True, path="/account/secret/")
    other = write()
    down(OSError())
    send_due(now=later())
    row.refresh_from_db()
    assert "secret" in row.text

    down(None)
    send_due(now=later(2))

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.text, row.html) == ("sent", "", "")
    assert other.text
    assert "secret" in sent_mail.outbox[0].body + sent_mail.outbox[1].body


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_take_different_messages() -> None:
    first = write("first@tests.example")
    write("second@tests.example")

    with transaction.atomic():
        Mail.objects.select_for_update().get(pk=first.pk)
        # Somebody else is sending the first.
        other = Waiting(lambda: send_due(now=later()))
        assert other.answer() == Round(1, 0, 0)
    assert [message.to for message in sent_mail.outbox] == [["second@tests.example"]]

    for number in range(6):
        write(f"{number}@tests.example")
    done = at_once([lambda: send_due(now=later())] * 3)
    assert sum(round_.sent for round_ in done) == 7
    recipients = [message.to[0] for message in sent_mail.outbox]
    assert len(set(recipients)) == len(recipients) == 8


# Another try


@pytest.mark.parametrize("state", ["failed", "waiting"])
def test_staff_let_a_message_be_tried_again(
    cast: Cast, down: Callable[..., None], state: str
) -> None:
    row = write()
    cast.staff  # noqa: B018
    Mail.objects.exclude(pk=row.pk).delete()
    Mail.objects.filter(pk=row.pk).update(state=state, attempts=4, due_at=later(999))

    with journaled(("mail:retried", "mail", row.pk)):
        try_again(row, actor=cast.staff)

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert send_due(now=later()) == Round(1, 0, 0)


def test_what_was_sent_is_not_sent_again(cast: Cast) -> None:
    row = write()
    cast.staff  # noqa: B018
    send_due(now=later())

    with refused("mail_sent"):
        try_again(row, actor=cast.staff)


@pytest.mark.parametrize("person", ["manager", "reviewer", "overseer", "administrator"])
def test_only_staff_try_again(cast: Cast, person: str) -> None:
    row, actor = write(), getattr(cast, person)
    Mail.objects.filter(pk=row.pk).update(state="failed")

    with forbidden():
        try_again(row, actor=actor)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_mail SET state = 'sent'",
        "UPDATE accounts_mail SET sent_at = now()",
        "UPDATE accounts_mail SET state = 'lost'",
    ],
)
def test_the_database_keeps_a_message_whole(statement: str) -> None:
    write()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
