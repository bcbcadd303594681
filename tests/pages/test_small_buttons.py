"""Steps with one button, and what the invitation says: each once, and only by whom it may."""

import pytest
from django.urls import reverse

from accounts.operations import deactivate
from licensees.models import Contact
from licensees.operations.addresses import keep_party, retire_party
from licensees.operations.licensing import suspend
from licensees.operations.people import dismiss
from tests.cast import today
from tests.letters import written
from tests.pages.reading import main
from tests.pages.small_forms import PAGES


@pytest.mark.parametrize("late", [False, True])
def test_dismissing_ends_a_contact_once(cast, client, late):
    contact = cast.contact_a
    url = reverse("licensees:dismiss", args=[contact.pk])
    if late:
        dismiss(contact, actor=cast.staff)
    client.force_login(cast.staff)

    answer = client.post(url, follow=True)

    assert answer.status_code == (404 if late else 200)
    assert late or "Issuer-A no longer acts for Firm A (test)." in main(answer).text
    assert not Contact.objects.current().filter(pk=contact.pk).exists()


@pytest.mark.parametrize("late", [False, True])
def test_an_entry_is_taken_out_of_the_address_book_once(cast, client, late):
    party = keep_party(
        cast.firm_a, part="consignee", name="Ex", address="1", country="IL", actor=cast.issuer
    )
    if late:
        retire_party(party, actor=cast.issuer)
    client.force_login(cast.issuer)

    answer = client.post(reverse("licensees:retire_party", args=[party.pk]), follow=True)

    assert answer.status_code == (404 if late else 200)
    party.refresh_from_db()
    assert party.retired_at is not None


def test_an_account_is_closed_and_opened_and_a_second_press_is_told_so(cast, client):
    client.force_login(cast.administrator)
    person = cast.issuer
    close = reverse("accounts:deactivate", args=[person.pk])
    open_again = reverse("accounts:reactivate", args=[person.pk])

    assert "The account of Issuer-A is closed." in main(client.post(close, follow=True)).text
    assert client.post(close).status_code == 409
    person.refresh_from_db()
    assert not person.is_active
    answer = client.post(open_again, follow=True)
    assert "The account of Issuer-A is open again." in main(answer).text
    assert client.post(open_again).status_code == 409
    person.refresh_from_db()
    assert person.is_active


def test_only_an_administrator_closes_accounts(cast, client):
    url = reverse("accounts:deactivate", args=[cast.issuer.pk])

    for actor, code in ((cast.issuer, 403), (cast.overseer, 403), (cast.stranger, 404)):
        client.force_login(actor)
        assert client.post(url).status_code == code


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("licensees:dismiss", "staff"),
        ("licensees:retire_party", "issuer"),
        ("accounts:deactivate", "administrator"),
        ("accounts:reactivate", "administrator"),
    ],
)
def test_steps_without_a_page_answer_only_to_posts(cast, client, name, actor):
    pk = cast.contact_a.pk
    if name == "licensees:retire_party":
        pk = keep_party(
            cast.firm_a, part="consignee", name="E", address="1", country="IL", actor=cast.issuer
        ).pk
    if name.startswith("accounts"):
        pk = cast.issuer.pk
    client.force_login(getattr(cast, actor))

    assert client.get(reverse(name, args=[pk])).status_code == 405


def test_the_licence_cannot_be_suspended_twice(cast, client):
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)
    client.force_login(cast.staff)

    answer = client.get(reverse("licensees:suspend", args=[cast.firm_a.pk]))

    assert answer.status_code == 409
    assert "The licence of Firm A (test) is suspended." in main(answer).text


def test_the_invitation_says_who_it_is_for_and_holds_a_link_that_works(cast, client):
    client.force_login(cast.administrator)
    typed = PAGES["invite"](cast).typed | {"name": "O'Neil & <Sons>"}
    with written() as letters:
        client.post(reverse("accounts:invite"), typed)

    (letter,) = letters
    assert letter.recipient == "over@seer.example"
    assert letter.text.startswith("Hello O'Neil & <Sons>,")
    assert "within 3 days" in letter.text
    (link,) = [line for line in letter.text.splitlines() if line.startswith("http")]
    client.logout()
    answer = client.get(link.removeprefix("http://testserver"), follow=True)
    assert main(answer).all("input", type="password")


def test_an_account_that_is_closed_cannot_use_the_portal(cast, client):
    client.force_login(cast.issuer)
    deactivate(cast.issuer, actor=cast.administrator)

    assert client.get(reverse("accounts:account")).status_code == 302
