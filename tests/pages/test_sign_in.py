"""Coming in, staying in, and being out: passwords, links by mail, lock-out, the idle time-out."""

import re
import time
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.cache import cache
from django.test import Client

from accounts.middleware import SEEN
from accounts.models import Mail, User
from accounts.notices import invitation_path
from accounts.operations import deactivate, invite, reactivate
from tests.cast import PASSWORD
from tests.pages.reading import errors, main, values

LOGIN = "/account/login/"
RESET = "/account/password/reset/"
SESSION = "/account/session/"
NEW = "quartz-heron-umbrella-17"
WRONG = "The email address and/or password you specified are not correct."


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_in(client: Client) -> bool:
    """Whether the portal knows who this is."""
    return bool(client.get(SESSION).json()["signed_in"])


def said(answer: Any) -> str:
    """What the summary of errors says."""
    return " ".join(alert.text for alert in main(answer).all("div", role="alert"))


# ---- password -----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["issuer-a@tests.example", "ISSUER-A@Tests.Example"])
def test_address_and_password_let_one_in(cast, client, typed):
    assert cast.issuer

    answer = sign_in(client, typed)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(client)


def test_one_is_led_to_the_page_one_asked_for(cast, client):
    row = cast.available()
    asked = client.get(f"/certificates/US{row.number}/issue/")
    shown = main(client.get(asked["Location"]))

    answer = client.post(
        LOGIN, {**values(shown.one("form")), "login": cast.issuer.email, "password": PASSWORD}
    )

    assert answer["Location"] == f"/certificates/US{row.number}/issue/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_nobody_is_led_out_of_the_portal(cast, client, target):
    assert sign_in(client, cast.issuer.email, next=target)["Location"] == "/"


def test_a_wrong_password_gets_the_same_answer_whether_the_address_is_known_or_not(cast):
    answers = [
        sign_in(Client(), email, "not the password")
        for email in (cast.issuer.email, "nobody@tests.example", cast.inactive.email)
    ]

    assert [(answer.status_code, said(answer)) for answer in answers] == [
        (200, f"You are not signed in {WRONG}")
    ] * 3


def test_a_closed_account_is_told_so_if_the_password_is_right(cast, client):
    answer = sign_in(client, cast.inactive.email)

    assert (answer.status_code, answer["Location"]) == (302, "/account/inactive/")
    assert "closed" in main(client.get(answer["Location"])).text
    assert not is_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("", ""),
        ("x" * 5000, "y" * 5000),
        ("a\x00@tests.example", PASSWORD),
        ("issuer-a@tests.example", "\x00"),
        ("<script>@tests.example", "<script>alert(1)</script>"),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
def test_nonsense_is_refused_in_words_and_no_password_is_shown_again(cast, client, email, password):
    answer = sign_in(client, email, password)

    assert answer.status_code == 200
    assert errors(answer) or said(answer)
    assert "<script>alert" not in answer.content.decode()
    assert main(answer).one("input", name="password")["value"] == ""
    assert not is_in(client)


def test_signing_in_changes_the_session(cast, client):
    """A session planted before is worth nothing afterwards."""
    client.get(f"{LOGIN}?next=/certificates/")
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies[portal.SESSION_COOKIE_NAME] = planted.session_key

    sign_in(client, cast.issuer.email)

    assert client.session.session_key != planted.session_key
    stolen = Client()
    stolen.cookies[portal.SESSION_COOKIE_NAME] = planted.session_key
    assert not is_in(stolen)


def test_whoever_is_in_is_not_asked_again(cast, client):
    client.force_login(cast.issuer)

    assert client.get(LOGIN)["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    [
        "login/", "logout/", "inactive/", "password/change/", "password/reset/",
        "password/reset/done/", "password/reset/key/1-abc-def/", "password/reset/key/done/",
    ],
)  # fmt: skip
def test_the_pages_of_the_sign_in_are_asked_for_or_sent_and_nothing_else(cast, client, path):
    client.force_login(cast.issuer)

    for method in ("put", "patch", "delete", "options"):
        answer = getattr(client, method)(f"/account/{path}")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST"), method
    assert is_in(client)
    assert client.head(f"/account/{path}").status_code != 405


def test_a_stranger_cannot_sign_in_by_another_method(cast, client):
    sent = {"login": cast.issuer.email, "password": PASSWORD}

    assert client.put(LOGIN, sent, content_type="application/json").status_code == 405
    assert not is_in(client)


def test_nobody_signs_up(db, client):
    for path in ("/account/signup/", "/account/email/", "/account/confirm-email/"):
        assert client.get(path).status_code in (302, 404)
        assert client.post(path, {"email": "new@tests.example"}).status_code in (302, 404)
    assert not User.objects.exists()


# ---- lock-out -----------------------------------------------------------------------------------


@pytest.fixture
def locked(cast) -> Client:
    """A browser from which the issuer's password was guessed wrongly five times."""
    client = Client()
    for guess in range(5):
        assert WRONG in said(sign_in(client, cast.issuer.email, f"guess number {guess}"))
    return client


def test_after_five_wrong_passwords_the_right_one_is_refused_too(cast, locked):
    for client in (locked, Client()):
        answer = sign_in(client, cast.issuer.email)
        assert "Too many failed login attempts" in said(answer)
        assert not is_in(client)


def test_a_crowd_of_other_counts_does_not_let_a_locked_address_in(cast, locked):
    """Django throws the alphabetically first rows away; these all come after the counts."""
    for visitor in range(1_000):
        cache.set(f"visitor-{visitor}", [0.0])

    assert "Too many failed login attempts" in said(sign_in(locked, cast.issuer.email))
    assert not is_in(locked)


def test_the_address_is_locked_however_it_is_written(cast, locked):
    assert "Too many" in said(sign_in(locked, cast.issuer.email.upper()))


def test_other_people_are_not_locked_out(cast, locked):
    sign_in(locked, cast.colleague.email)

    assert is_in(locked)


def test_an_address_nobody_has_is_locked_the_same_way(cast, client):
    said_last = [
        said(sign_in(client, "nobody@tests.example", f"guess number {n}")) for n in range(6)
    ]

    assert all(WRONG in words for words in said_last[:5])
    assert "Too many failed login attempts" in said_last[5]


def test_right_passwords_are_not_counted(cast):
    for _ in range(7):
        client = Client()
        sign_in(client, cast.issuer.email)
        assert is_in(client)


def test_a_new_password_by_mail_ends_the_lock_out(cast, locked):
    locked.post(RESET, {"email": cast.issuer.email})
    choose(locked, link_in(mails()[0]))

    sign_in(locked, cast.issuer.email, NEW)

    assert is_in(locked)


# ---- links by mail ------------------------------------------------------------------------------


def mails() -> list[Mail]:
    """What was written to anybody, oldest first."""
    return list(Mail.objects.order_by("pk"))


def link_in(mail: Any) -> str:
    """The address the mail leads to."""
    (link,) = re.findall(r"https?://\S+", mail.text)
    assert link.startswith("http://testserver/account/")
    return link


def open_link(client: Client, link: str) -> Any:
    """The page a mailed link leads to; the key does not stay in the address."""
    return client.get(link.removeprefix("http://testserver"), follow=True)


def choose(client: Client, link: str, password: str = NEW, again: str | None = None) -> Any:
    """Open the link and choose a password."""
    page = open_link(client, link)
    (form,) = [f for f in main(page).all("form") if f.all("input", name="password1")]
    return client.post(
        form["action"], {"password1": password, "password2": password if again is None else again}
    )


def test_a_mail_brings_a_link_with_which_a_new_password_is_chosen(cast, client):
    answer = client.post(RESET, {"email": cast.issuer.email.upper()})

    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/done/")
    (mail,) = mails()
    assert mail.recipient == cast.issuer.email
    answer = choose(client, link_in(mail))
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/key/done/")
    assert not is_in(client), "the new password is asked for"

    assert WRONG in said(sign_in(client, cast.issuer.email))
    sign_in(client, cast.issuer.email, NEW)
    assert is_in(client)


def test_the_key_does_not_stay_in_the_address(cast, client):
    client.post(RESET, {"email": cast.issuer.email})
    link = link_in(mails()[0])

    page = open_link(client, link)

    assert page.redirect_chain[-1][0].endswith("-set-password/")
    assert link.rpartition("-")[2].strip("/") not in page.content.decode()


def test_a_link_works_once(cast, client):
    client.post(RESET, {"email": cast.issuer.email})
    link = link_in(mails()[0])
    choose(client, link)

    page = open_link(Client(), link)

    assert "This link does not work any more" in main(page).text


@pytest.mark.parametrize(
    "path",
    ["1-abc-def", "zzz-set-password", "0-x", "Z" * 60 + "-a", "1-" + "k" * 3000, "1-%00", "1-ü"],
)
def test_a_broken_link_says_so(cast, client, path):
    assert cast.issuer

    answer = client.get(f"/account/password/reset/key/{path}/", follow=True)

    assert answer.status_code == 200
    assert "This link does not work any more" in main(answer).text
    assert "Send me a new link" in main(answer).text


def test_an_unknown_address_gets_the_same_answer_and_no_mail(cast):
    answers = []
    for email in (cast.issuer.email, "nobody@tests.example", cast.inactive.email):
        client = Client()
        answer = client.post(RESET, {"email": email}, follow=True)
        answers.append((answer.status_code, answer.redirect_chain, main(answer).text))

    assert answers[0] == answers[1] == answers[2]
    assert [mail.recipient for mail in mails()] == [cast.issuer.email]


def test_a_new_password_ends_every_other_session(cast, client):
    elsewhere = Client()
    sign_in(elsewhere, cast.issuer.email)
    client.post(RESET, {"email": cast.issuer.email})

    choose(client, link_in(mails()[0]))

    assert not is_in(elsewhere)


def test_changing_ones_password_wants_the_old_one_and_ends_the_sessions(cast, client):
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, cast.issuer.email)
    change = {"oldpassword": "a guess", "password1": NEW, "password2": NEW}

    refused = client.post("/account/password/change/", change)
    assert "oldpassword" in errors(refused)
    assert is_in(client)

    client.post("/account/password/change/", {**change, "oldpassword": PASSWORD})
    assert not is_in(client)
    assert not is_in(elsewhere)
    sign_in(client, cast.issuer.email, NEW)
    assert is_in(client)


# ---- invitations --------------------------------------------------------------------------------


@pytest.fixture
def invited(cast) -> User:
    """Somebody invited to be an overseer."""
    return invite(
        email="Rosalind.Quarry@tests.example",
        name="Rosalind Quarry",
        office="overseer",
        agency="state",
        actor=cast.administrator,
    )


def test_an_invited_person_chooses_a_password_by_the_mailed_link_and_comes_in(invited, client):
    mail = mails()[-1]
    assert mail.recipient == "rosalind.quarry@tests.example"

    assert choose(client, link_in(mail)).status_code == 302
    sign_in(client, "rosalind.quarry@tests.example", NEW)

    assert is_in(client)
    assert client.get("/admin/").status_code == 200


def test_before_that_no_password_lets_them_in(invited, client):
    for password in ("", "!", PASSWORD, invited.password):
        sign_in(client, invited.email, password)
        assert not is_in(client)


def test_the_mail_tells_nothing_of_trade(invited):
    text = f"{mails()[-1].subject} {mails()[-1].text}"

    assert not re.search(r"US\d{5}|carat|diamond|\$", text, re.IGNORECASE)


PASSWORDS = [
    pytest.param("eleven char", "at least 12 characters", id="11 characters"),
    pytest.param("1234567890123456", "entirely numeric", id="digits only"),
    pytest.param("rosalind.quarry@tests", "too similar to the e-mail", id="the address"),
    pytest.param("Rosalind Quarry 1", "too similar to the full name", id="the name"),
    pytest.param("administrator", "too common", id="common"),
]


@pytest.mark.parametrize(("password", "words"), PASSWORDS)
def test_weak_passwords_are_refused_with_the_reason(invited, client, password, words):
    answer = choose(client, invitation_path(invited), password)

    assert answer.status_code == 200
    assert words in said(answer)
    assert not User.objects.get(pk=invited.pk).has_usable_password()


def test_twelve_characters_with_blanks_and_accents_are_good(invited, client):
    assert choose(client, invitation_path(invited), "Älv ø ß Ж 12").status_code == 302


def test_both_passwords_must_be_the_same(invited, client):
    answer = choose(client, invitation_path(invited), NEW, NEW.upper())

    assert "same password" in said(answer)
    assert not User.objects.get(pk=invited.pk).has_usable_password()


def test_an_invitation_ends_when_the_account_is_closed(cast, invited, client):
    link = invitation_path(invited)
    deactivate(invited, actor=cast.administrator)

    choose(client, link)

    sign_in(client, invited.email, NEW)
    assert not is_in(client)


# ---- closed accounts, demonstration accounts ----------------------------------------------------


def test_a_closed_account_is_out_with_the_next_request_and_back_when_reopened(cast, client):
    client.force_login(cast.issuer)
    assert client.get("/certificates/").status_code == 200

    deactivate(cast.issuer, actor=cast.administrator)

    assert client.get("/certificates/")["Location"].startswith(LOGIN)
    assert sign_in(client, cast.issuer.email)["Location"] == "/account/inactive/"
    assert not is_in(client)
    reactivate(cast.issuer, actor=cast.administrator)
    sign_in(client, cast.issuer.email)
    assert is_in(client)


def test_demonstration_accounts_come_in_to_a_demonstration_only(cast, client, settings):
    User.objects.filter(pk=cast.issuer.pk).update(is_demonstration=True)
    sign_in(client, cast.issuer.email)
    assert is_in(client)

    settings.DEMONSTRATION = False

    assert not is_in(client), "also whoever came in before"
    assert WRONG in said(sign_in(Client(), cast.issuer.email))


# ---- the idle time-out --------------------------------------------------------------------------


@pytest.fixture
def idle(cast, client):
    """A browser of the issuer that asked for nothing for so many seconds."""

    def since(seconds: int) -> Client:
        client.force_login(cast.issuer)
        session = client.session
        session[SEEN] = int(time.time()) - seconds
        session.save()
        return client

    return since


def test_after_half_an_hour_of_nothing_one_is_out(idle):
    client = idle(portal.IDLE_SECONDS)

    answer = client.get("/certificates/")

    assert answer["Location"] == f"{LOGIN}?next=/certificates/"
    assert not is_in(client)


def test_what_is_sent_too_late_is_not_done(cast, idle):
    row = cast.available()
    client = idle(portal.IDLE_SECONDS + 1)

    answer = client.post(f"/certificates/US{row.number}/draft/", {"version": 0, "waybill": "x"})

    assert answer["Location"].startswith(LOGIN)
    assert not hasattr(type(row).objects.get(pk=row.pk), "draft")


def test_whatever_is_asked_for_in_time_starts_the_clock_anew(idle):
    client = idle(portal.IDLE_SECONDS - 30)

    assert client.get("/certificates/").status_code == 200

    assert client.get(SESSION).json()["seconds_left"] > portal.IDLE_SECONDS - 30


def test_asking_how_much_time_is_left_does_not_extend_it(idle):
    client = idle(600)

    left = [client.get(SESSION).json()["seconds_left"] for _ in range(3)]

    assert all(portal.IDLE_SECONDS - 630 < seconds <= portal.IDLE_SECONDS - 600 for seconds in left)


def test_pressing_stay_signed_in_extends_it(cast, idle):
    client = idle(600)

    answer = client.post(SESSION).json()

    assert answer["signed_in"] is True
    assert answer["user"] == cast.issuer.pk
    assert answer["seconds_left"] > portal.IDLE_SECONDS - 30


def test_asking_after_the_time_out_says_so(idle):
    client = idle(portal.IDLE_SECONDS + 5)

    told = client.get(SESSION).json()

    assert (told["signed_in"], told["seconds_left"], told["user"]) == (False, 0, None)
    assert not is_in(client)


def test_a_session_lasts_a_working_day_however_busy(cast, client):
    sign_in(client, cast.issuer.email)

    assert client.session.get_expire_at_browser_close()
    assert portal.SESSION_COOKIE_AGE == 12 * 60 * 60


def test_the_page_says_when_and_where_to_ask(cast, client):
    client.force_login(cast.issuer)

    body = client.get("/certificates/").content.decode()

    assert f'data-idle-seconds="{portal.IDLE_SECONDS}"' in body
    assert f'data-session-url="{SESSION}"' in body
    assert f'data-session-user="{cast.issuer.pk}"' in body


# ---- out ----------------------------------------------------------------------------------------


def test_signing_out_takes_a_press_not_a_visit(cast, client):
    client.force_login(cast.issuer)

    assert client.get("/account/logout/").status_code == 200
    assert is_in(client), "a link alone signs nobody out"

    answer = client.post("/account/logout/")

    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert not is_in(client)


def test_after_signing_out_the_old_session_is_worth_nothing(cast, client):
    client.force_login(cast.issuer)
    key = client.session.session_key
    client.post("/account/logout/")

    thief = Client()
    thief.cookies[portal.SESSION_COOKIE_NAME] = key

    assert not is_in(thief)
