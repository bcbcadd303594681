"""The outbox as offices see it: what became of each message, never its words."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail
from accounts.outbox import queue, send_due
from tests.cast import Cast
from tests.pages.opening import forms, get, rows
from tests.pages.reading import main

SECRET = "/account/password/reset/key/only-for-ann/"


@pytest.fixture
def messages(cast: Cast) -> dict[str, Mail]:
    """One message in each state, the personal one given up."""
    cast.staff, cast.issuer, cast.overseer  # noqa: B018
    Mail.objects.all().delete()
    for name in ("sent", "waiting", "delayed", "failed"):
        queue(f"{name}@tests.example", f"A {name} one", [SECRET], is_personal=name == "failed")
    found = {row.recipient.partition("@")[0]: row for row in Mail.objects.all()}
    state = Mail.objects.filter
    state(pk=found["sent"].pk).update(state="sent", attempts=1, sent_at=timezone.now())
    state(pk=found["delayed"].pk).update(attempts=2, last_error="OSError: no route")
    state(pk=found["failed"].pk).update(state="failed", attempts=9, last_error="Refused")
    return found


@pytest.mark.parametrize("person", ["staff", "reviewer", "overseer", "administrator"])
def test_offices_see_what_became_of_each_message_and_never_its_words(
    cast: Cast, client: Client, messages: dict[str, Mail], person: str
) -> None:
    client.force_login(getattr(cast, person))
    answer = client.get(reverse("accounts:mail"))

    shown = main(answer)
    text = {line.split()[1]: line for line in rows(shown) if "one" in line.split()}
    assert "Given up" in text["failed"]
    assert "Refused" in text["failed"]
    assert "Delayed" in text["delayed"]
    assert "next try" in text["delayed"]
    assert "Waiting" in text["waiting"]
    assert "Sent" in text["sent"]
    assert "2 messages are delayed or given up." in shown.text
    assert b"only-for-ann" not in answer.content
    expected = 2 if person == "staff" else 0
    assert len(forms(shown)) == expected


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("sent", ["sent"]),
        ("waiting", ["delayed", "waiting"]),
        ("failed", ["failed"]),
        ("nonsense", ["failed", "delayed", "waiting", "sent"]),
    ],
)
def test_the_list_is_narrowed_by_state(
    cast: Cast, client: Client, messages: dict[str, Mail], state: str, found: list[str]
) -> None:
    client.force_login(cast.staff)
    shown = main(client.get(reverse("accounts:mail"), {"state": state}))

    assert [line.split()[1] for line in rows(shown)] == found


def test_staff_try_again(cast: Cast, client: Client, messages: dict[str, Mail]) -> None:
    failed, sent = messages["failed"], messages["sent"]
    client.force_login(cast.staff)

    answer = client.post(reverse("accounts:try_mail_again", args=[failed.pk]))

    assert answer["Location"] == reverse("accounts:mail")
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("waiting", 0)
    assert SECRET in failed.text
    refused = client.post(reverse("accounts:try_mail_again", args=[sent.pk]))
    assert refused.status_code == 409
    assert "sent meanwhile" in main(refused).text


def test_the_office_home_says_when_mail_is_in_trouble(
    cast: Cast, client: Client, messages: dict[str, Mail]
) -> None:
    assert "2 mails delayed or given up" in get(client, cast.staff, "home").text
    Mail.objects.filter(state="failed").delete()
    Mail.objects.update(due_at=timezone.now())
    send_due(now=timezone.now())
    assert "mails delayed" not in get(client, cast.staff, "home").text


def test_the_audit_desk_shows_no_words_of_mail(
    cast: Cast, client: Client, messages: dict[str, Mail]
) -> None:
    client.force_login(cast.overseer)
    lists = reverse("admin:accounts_mail_changelist")
    for url in (
        lists,
        reverse("admin:accounts_mail_change", args=[messages["failed"].pk]),
        reverse("admin:accounts_mail_change", args=[messages["waiting"].pk]),
        f"{lists}?q=only-for-ann",
    ):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert b"only-for-ann/" not in answer.content, url
    # Nor can an address ask what the words are.
    asked = client.get(lists, {"text__contains": "only-for-ann"})
    assert asked.status_code in (302, 400)
