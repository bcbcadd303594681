"""The pages about a firm's people: who sees what there, and what each button does."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from licensees.models import Contact, Licensee, PeopleRequest
from licensees.operations.licensing import license
from licensees.operations.people import appoint, confirm_people, dismiss
from licensees.operations.people_requests import decide_request, request_person
from tests.cast import Cast, today
from tests.pages.reading import errors, main, values

NEW = {"email": "new@tests.example", "name": "New Person", "role": "issuer"}


def url(page: str, key: int) -> str:
    return reverse(f"licensees:{page}", args=[key])


def actions(shown) -> set[str]:
    """Where the page's links and forms lead, of those that change something."""
    forms = {form["action"] for form in shown.all("form") if form["action"]}
    buttons = (link for link in shown.all("a") if "usa-button" in link["class"].split())
    return forms | {link["href"] for link in buttons}


def asked(cast: Cast, **change) -> PeopleRequest:
    return request_person(cast.firm_a, **{**NEW, **change}, actor=cast.manager)


@pytest.fixture
def story(cast) -> PeopleRequest:
    """Firm A with a manager, an issuer, somebody who left, and a request that waits."""
    assert cast.colleague
    appoint(cast.firm_a, email="left@tests.example", name="Left", role="issuer", actor=cast.staff)
    dismiss(Contact.objects.get(user__email="left@tests.example"), actor=cast.staff)
    return asked(cast)


@pytest.mark.parametrize("person", ["manager", "issuer", "staff", "reviewer", "overseer"])
def test_everybody_who_sees_the_firm_reads_the_whole_story(cast, client, story, person):
    client.force_login(getattr(cast, person))
    User.objects.filter(pk=cast.issuer.pk).update(last_login=timezone.now())

    text = main(client.get(url("people", cast.firm_a.pk))).text

    for words in ("Manager-A", "issuer-a@tests.example", "New Person", "Waiting for USKPA", "Left"):
        assert words in text
    assert f"Nobody has confirmed the list for {today().year}" in text
    assert "Never" in text, "who never signed in"


def test_each_role_finds_its_own_buttons_and_no_others(cast, client, story):
    def of(person):
        client.force_login(getattr(cast, person))
        return actions(main(client.get(url("people", cast.firm_a.pk))))

    firm, people = cast.firm_a.pk, cast.firm_a.contacts.current()
    dismissals = {url("dismiss", contact.pk) for contact in people}

    assert of("manager") == dismissals | {
        url("request_person", firm),
        url("confirm_people", firm),
        url("withdraw_request", story.pk),
    }
    assert of("staff") == dismissals | {url("appoint", firm)}
    for reader in ("issuer", "overseer", "administrator", "reviewer"):
        assert of(reader) == set(), reader


def test_a_manager_asks_and_finds_what_was_typed_when_it_is_refused(cast, client):
    client.force_login(cast.manager)
    page = url("request_person", cast.firm_a.pk)
    assert client.post(page, NEW).status_code == 302

    again = client.post(page, {**NEW, "name": "Typed again"})

    assert again.status_code == 409
    assert "waits already" in errors(again)["email"]
    form = main(again).one("form", method="post")
    assert values(form)["name"] == "Typed again"
    assert errors(client.post(page, {"role": "owner"})).keys() == {"email", "name", "role"}


def test_a_manager_takes_a_request_back(cast, client, story):
    client.force_login(cast.manager)

    answer = client.post(url("withdraw_request", story.pk), follow=True)

    assert "The request for New Person is withdrawn." in main(answer).text
    assert client.post(url("withdraw_request", story.pk)).status_code == 409


def test_a_manager_who_leaves_is_signed_out(cast, client):
    appoint(cast.firm_a, **{**NEW, "role": "manager"}, actor=cast.staff)
    client.force_login(cast.manager)
    own = Contact.objects.get(user=cast.manager)

    client.post(url("dismiss", own.pk))

    assert client.get(url("people", cast.firm_a.pk)).status_code == 302


def test_the_last_managers_dismissal_is_answered_with_what_to_do_instead(cast, client):
    client.force_login(cast.staff)

    answer = client.post(url("dismiss", Contact.objects.get(user=cast.manager).pk))

    assert answer.status_code == 409
    assert "Name another manager first" in main(answer).text


# ---- staff decide -------------------------------------------------------------------------------


def test_staff_are_led_from_their_front_page_to_the_decision(cast, client, story):
    client.force_login(cast.staff)
    front = main(client.get("/"))
    (figure,) = front.all("a", href=reverse("licensees:people_requests"))
    assert figure.text == "1 requests about people"

    waiting = main(client.get(figure["href"]))
    assert url("decide_request", story.pk) in {link["href"] for link in waiting.all("a")}
    answer = client.post(url("decide_request", story.pk), {"decision": "approve"}, follow=True)

    assert "Nothing waits" in main(answer).text
    assert Contact.objects.current().filter(user__email=NEW["email"]).exists()


@pytest.mark.parametrize("person", ["overseer", "administrator", "reviewer"])
def test_others_read_what_waits_and_decide_nothing(cast, client, story, person):
    client.force_login(getattr(cast, person))

    waiting = main(client.get(reverse("licensees:people_requests")))

    assert "New Person" in waiting.text
    assert url("decide_request", story.pk) not in {link["href"] for link in waiting.all("a")}


def test_declining_without_a_reason_is_said_at_its_field(cast, client, story):
    client.force_login(cast.staff)

    answer = client.post(url("decide_request", story.pk), {"decision": "decline"})

    assert answer.status_code == 409
    assert errors(answer) == {"note": "Say why."}


def test_a_request_decided_meanwhile_says_by_whom(cast, client, story):
    decide_request(story, approve=False, note="Unknown", actor=cast.staff)
    client.force_login(cast.staff)

    for answer in (
        client.get(url("decide_request", story.pk)),
        client.post(url("decide_request", story.pk), {"decision": "approve"}),
    ):
        assert answer.status_code == 409
        assert "declined by Staff" in main(answer).text


# ---- the yearly confirmation --------------------------------------------------------------------


def test_a_manager_confirms_the_list_from_the_front_page(cast, client):
    assert cast.issuer
    client.force_login(cast.manager)
    people = url("people", cast.firm_a.pk)
    assert people in {link["href"] for link in main(client.get("/")).all("a")}
    page = url("confirm_people", cast.firm_a.pk)
    form = main(client.get(page)).one("form", method="post")
    assert errors(client.post(page, values(form))).keys() == {"confirmed"}

    answer = client.post(page, {**values(form), "confirmed": "on"}, follow=True)

    assert f"confirmed for {today().year}" in main(answer).text
    assert people not in {link["href"] for link in main(client.get("/")).all("a")}
    assert client.get(page).status_code == 409


def test_a_list_that_changed_under_ones_eyes_is_not_confirmed(cast, client):
    client.force_login(cast.manager)
    page = url("confirm_people", cast.firm_a.pk)
    form = main(client.get(page)).one("form", method="post")
    appoint(cast.firm_a, **NEW, actor=cast.staff)

    answer = client.post(page, {**values(form), "confirmed": "on"})

    assert answer.status_code == 409
    assert "The list has changed" in main(answer).text
    assert "New Person" in main(answer).text
    again = values(main(answer).one("form", method="post"))
    assert client.post(page, {**again, "confirmed": "on"}).status_code == 302


def test_staff_see_who_owes_the_list_and_who_confirmed_it(cast, client):
    assert cast.firm_b
    assert cast.carrier
    confirm_people(cast.firm_a, year=today().year, today=today(), actor=cast.manager)
    Licensee.objects.filter(pk=cast.carrier.pk).update(status="surrendered", ended_on=today())
    client.force_login(cast.staff)

    owing, confirmed = main(client.get(reverse("licensees:people_confirmations"))).all("ul")

    assert [link.text for link in owing.all("a")] == ["Firm B (test)"]
    assert [link.text for link in confirmed.all("a")] == ["Firm A (test)"]
    assert "confirmed by Manager-A" in confirmed.text


def test_a_firm_licensed_this_year_owes_no_list(cast, client):
    client.force_login(cast.staff)
    young = license(
        legal_name="Young (test)", kind="ordinary", address="1 Road", ein="00-1112222",
        state_of_incorporation="NY", effective_on=dt.date(today().year, 1, 1), actor=cast.staff,
    )  # fmt: skip

    assert "Nothing is owed yet" in main(client.get(url("people", young.pk))).text
