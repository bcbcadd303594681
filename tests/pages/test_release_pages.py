"""The pages of releases, and the register's tabs on a firm's page."""

import datetime as dt
import io
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate, Duty, Release
from certificates.operations.duties import discharge
from certificates.operations.releasing import (
    decide_release,
    request_release,
    revoke_release,
    withdraw_release,
)
from licensees.models import Paper
from licensees.operations.licensing import suspend
from tests.cast import Cast, today
from tests.pages.filling import address, fill_in, redraft, typed
from tests.pages.opening import get, links, rows
from tests.pages.reading import errors, main, offered, page, values
from tests.unchanged import everything

DAY = dt.timedelta(days=1)
FIND = {
    "route": "crater:US",
    "registration": "CODSP 2026-0117",
    "found_on": (today() - 90 * DAY).isoformat(),
    "carat_weight": "3.5",
    "evidence": "The sheet of the park, and the letter of the finder.",
}


def asked(cast: Cast, blank: Certificate | None = None, **terms: Any) -> Release:
    """Asked for by firm A's issuer: a museum's stones, but for the given terms."""
    stated = {"route": "museum", "country": "US", "evidence": "Letter of the museum", **terms}
    return request_release(blank or cast.available(), today=today(), actor=cast.issuer, **stated)


def released(cast: Cast, blank: Certificate | None = None, **terms: Any) -> Release:
    """Asked for, and released."""
    row = asked(cast, blank, **terms)
    return decide_release(row, released=True, note="Read", actor=cast.staff)


def pdf(name: str = "sheet.pdf") -> SimpleUploadedFile:
    """A PDF of one empty page."""
    content, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(content)
    return SimpleUploadedFile(name, content.getvalue(), "application/pdf")


# ---- asking -------------------------------------------------------------------------------------


def test_a_find_is_asked_for_with_its_paper_and_can_be_read_afterwards(
    cast: Cast, client: Client
) -> None:
    blank = cast.available(cast.carrier)
    client.force_login(cast.carrier_issuer)
    url = address("request_release", blank)
    form = main(client.get(url)).one("form", method="post")
    assert form["enctype"] == "multipart/form-data"
    assert "crater:US" in offered(form, "route")

    answer = client.post(url, {**values(form), **FIND, "paper": pdf()}, follow=True)

    row = Release.objects.get(certificate=blank)
    assert answer.redirect_chain == [(f"/certificates/releases/{row.pk}/", 302)]
    shown = main(answer)
    for words in (FIND["registration"], "3.50 ct", "sheet.pdf", "Waiting for USKPA"):
        assert words in shown.text
    assert f"/licensees/papers/{row.papers.get().pk}/" in links(shown)


def test_what_may_be_asked_for_depends_on_the_licence_and_on_todays_list(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.issuer)
    url = address("request_release", cast.available())

    form = main(client.get(f"{url}?for=destination:BY")).one("form", method="post")

    assert offered(form, "route") == [
        "museum:US",
        "origin:RU",
        "destination:BY",
        "destination:RU",
        "destination:VE",
    ]
    assert values(form)["route"] == "destination:BY"


def test_a_refused_request_keeps_what_was_typed_and_no_paper(cast: Cast, client: Client) -> None:
    client.force_login(cast.issuer)
    url = address("request_release", cast.available())
    sent = {"route": "museum:US", "evidence": "The letter", "registration": "CODSP 1"}
    before = everything()

    answer = client.post(url, {**sent, "paper": pdf()})

    assert answer.status_code == 409
    assert set(errors(answer)) == {"registration"}
    assert values(main(answer).one("form", method="post")).items() >= sent.items()
    assert everything() == before
    assert not Paper.objects.exists()


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.issuer)
    url = address("request_release", cast.available())
    sent = {"route": "museum:US", "evidence": "The letter"}

    answer = client.post(url, {**sent, "paper": SimpleUploadedFile("a.pdf", b"MZ\x90\x00")})

    assert answer.status_code == 409
    assert set(errors(answer)) == {"paper"}
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("typed_as", "fields"),
    [
        ({}, {"route", "evidence"}),
        ({"route": "crater:US", "evidence": "x"}, {"route"}),
        ({"route": "origin:BW", "evidence": "x"}, {"route"}),
        ({"route": "museum:US", "evidence": "x", "found_on": "soon"}, {"found_on"}),
        ({"route": "museum:US", "evidence": "x", "carat_weight": "much"}, {"carat_weight"}),
    ],
    ids=["nothing", "a find by an ordinary firm", "no held origin", "no day", "no weight"],
)
def test_what_cannot_be_read_is_said_at_its_field(
    cast: Cast, client: Client, typed_as: dict[str, str], fields: set[str]
) -> None:
    client.force_login(cast.issuer)

    answer = client.post(address("request_release", cast.available()), typed_as)

    assert answer.status_code == 422
    assert set(errors(answer)) == fields


# ---- deciding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed_as", "state"),
    [
        ({"released": "yes", "note": ""}, "released"),
        ({"released": "no", "note": "No letter"}, "refused"),
    ],
    ids=["yes", "no"],
)
def test_staff_decide_on_a_page_with_the_whole_request(
    cast: Cast, client: Client, typed_as: dict[str, str], state: str
) -> None:
    row = asked(cast)
    shown = get(client, cast.staff, "certificates:release", row.pk)
    url = reverse("certificates:decide_release", args=[row.pk])
    assert url in links(shown)
    assert "Letter of the museum" in main(client.get(url)).text

    answer = client.post(url, typed_as, follow=True)

    row.refresh_from_db()
    assert row.state == state
    assert typed_as["note"] in main(answer).text
    assert url not in links(main(answer))


def test_a_no_without_a_reason_comes_back_with_the_choice_made(cast: Cast, client: Client) -> None:
    row = asked(cast)
    client.force_login(cast.staff)

    answer = client.post(
        reverse("certificates:decide_release", args=[row.pk]), {"released": "no", "note": " "}
    )

    assert answer.status_code == 409
    assert set(errors(answer)) == {"note"}
    assert values(main(answer).one("form", method="post"))["released"] == "no"


@pytest.mark.parametrize("route", ["decide_release", "withdraw_release", "revoke_release"])
def test_who_comes_second_is_told_who_was_first(cast: Cast, client: Client, route: str) -> None:
    row = decide_release(asked(cast), released=False, note="No letter", actor=cast.staff)
    client.force_login(cast.issuer if route == "withdraw_release" else cast.staff)
    url = reverse(f"certificates:{route}", args=[row.pk])

    opened, pressed = client.get(url), client.post(url, {"released": "yes", "note": "Yes"})

    assert (opened.status_code, pressed.status_code) == (409, 409)
    assert f"This was refused by {cast.staff}" in main(opened).text
    row.refresh_from_db()
    assert row.note == "No letter"


def test_a_release_is_taken_back_by_staff_and_a_request_by_the_firm(
    cast: Cast, client: Client
) -> None:
    done, waiting = released(cast), asked(cast)

    client.force_login(cast.staff)
    revoke = reverse("certificates:revoke_release", args=[done.pk])
    assert client.get(revoke).status_code == 200
    assert client.post(revoke, {"note": "The letter was withdrawn"}).status_code == 302
    client.force_login(cast.colleague)
    withdraw = reverse("certificates:withdraw_release", args=[waiting.pk])
    assert withdraw in links(get(client, cast.colleague, "certificates:release", waiting.pk))
    assert client.get(withdraw).status_code == 200
    assert client.post(withdraw).status_code == 302

    assert {row.state for row in Release.objects.all()} == {"withdrawn"}


# ---- where they are shown -----------------------------------------------------------------------


def test_staff_see_first_what_waits_longest_and_count_it_on_their_home_page(
    cast: Cast, client: Client
) -> None:
    old, done, new = asked(cast), released(cast), asked(cast)

    shown = get(client, cast.staff, "certificates:releases")

    waiting, everything_asked = shown.all("tbody")
    numbers = [[row.one("th").text[:7] for row in t.all("tr")] for t in (waiting, everything_asked)]
    assert numbers == [
        [str(row.certificate)[:7] for row in order] for order in ([old, new], [new, done, old])
    ]
    home = get(client, cast.staff, "home")
    figure = home.one("a", href="/certificates/releases/")
    assert figure.text == "2 releases asked for"


def test_a_firm_sees_its_own(cast: Cast, client: Client) -> None:
    row = asked(cast)

    assert len(rows(get(client, cast.issuer, "certificates:releases"))) == 2
    assert rows(get(client, cast.stranger, "certificates:releases")) == []
    client.force_login(cast.stranger)
    assert client.get(f"/certificates/releases/{row.pk}/").status_code == 404


def test_the_certificate_shows_its_releases_and_tells_them_in_its_history(
    cast: Cast, client: Client
) -> None:
    blank = cast.available()
    row = released(cast, blank)

    shown = get(client, cast.issuer, "certificates:detail", blank.number)

    assert f"/certificates/releases/{row.pk}/" in links(shown)
    assert address("request_release", blank) in links(shown)
    told = [line.text for line in shown.all("p", class_="portal-timeline__what")]
    assert told[-2:] == ["Release asked for", "Released by USKPA"]
    other = get(client, cast.issuer, "certificates:detail", cast.issued().number)
    assert "Ask for a release" not in other.text


def test_the_issue_page_offers_what_was_released_and_nothing_else(
    cast: Cast, client: Client
) -> None:
    blank = cast.available()
    shown = get(client, cast.issuer, "certificates:issue", blank.number)
    assert address("request_release", blank) in links(shown)
    assert "US" not in offered(shown, "country_of_origin")
    assert "BY" not in offered(shown, "consignee_country")

    released(cast, blank)
    row = released(cast, blank, route="destination", country="BY")

    shown = get(client, cast.issuer, "certificates:issue", blank.number)
    assert "US" in offered(shown, "country_of_origin")
    assert "US" not in offered(shown, "consignee_country")
    assert {"BY", "VE"} & set(offered(shown, "consignee_country")) == {"BY"}
    withdrawn_now = revoke_release(row, note="No", actor=cast.staff)
    assert withdrawn_now.state == "withdrawn"
    shown = get(client, cast.issuer, "certificates:issue", blank.number)
    assert "BY" not in offered(shown, "consignee_country")


def test_without_a_release_the_page_says_how_to_ask(cast: Cast, client: Client) -> None:
    blank = cast.available()
    client.force_login(cast.issuer)

    answer = fill_in(client, blank, typed(cast, country_of_origin="US", consignee_country="BY"))

    assert answer.status_code == 422
    said = errors(answer)
    assert "Ask for a release" in said["country_of_origin"]
    assert "Ask for a release" in said["consignee_country"]


def test_a_release_taken_back_refuses_the_read_back_opened_before(
    cast: Cast, client: Client
) -> None:
    blank = cast.available()
    row = released(cast, blank)
    redraft(cast, blank, country_of_origin="US")
    client.force_login(cast.issuer)
    form = main(client.get(address("read_back", blank))).one("form", method="post")
    revoke_release(row, note="Wrong letter", actor=cast.staff)

    answer = client.post(
        address("read_back", blank), {**values(form), "attested": "on"}, follow=True
    )

    blank.refresh_from_db()
    assert blank.status == "available"
    assert answer.redirect_chain[0][0] == address("issue", blank)


# ---- a suspended firm's shipment ----------------------------------------------------------------


def test_staff_let_one_shipment_of_a_suspended_firm_leave(cast: Cast, client: Client) -> None:
    row = cast.issued()
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)
    url = address("release_shipment", row)
    assert url not in links(get(client, cast.issuer, "certificates:detail", row.number))
    assert url in links(get(client, cast.staff, "certificates:detail", row.number))
    assert client.get(url).status_code == 200

    answer = client.post(url, {"reason": "Sold before the suspension"}, follow=True)

    shown = main(answer)
    assert "Shipment released" in shown.text
    assert "Sold before the suspension" in shown.text
    assert url not in links(shown)
    assert client.get(url).status_code == 409
    client.force_login(cast.issuer)
    shipped = client.post(
        address("ship", row), {"shipped_on": today().isoformat(), "seal_number": "S-1"}
    )
    assert shipped.status_code == 302


# ---- the firm's tabs ----------------------------------------------------------------------------


def test_a_firms_certificates_are_counted_by_status_and_by_year(cast: Cast, client: Client) -> None:
    cast.available(), cast.issued(), cast.shipped(), cast.voided()
    cast.issued(cast.firm_b)

    shown = get(client, cast.staff, "firm:certificates", cast.firm_a.pk)

    figures = {a["href"]: a.text for a in shown.one("ul", class_="portal-figures").all("a")}
    start = f"/certificates/?licensee={cast.firm_a.pk}"
    assert figures == {
        f"{start}&status=available": "1 available",
        f"{start}&status=issued": "1 issued",
        f"{start}&status=shipped": "1 shipped",
        f"{start}&status=void": "1 void",
    }
    years, latest = shown.all("tbody")
    assert [row.text for row in years.all("tr")] == [f"{today().year} 3 1 1"]
    assert len(latest.all("tr")) == 3  # the blanks are not in use yet


def test_the_full_list_can_be_narrowed_to_one_firm(cast: Cast, client: Client) -> None:
    mine, other = cast.issued(), cast.issued(cast.firm_b)
    client.force_login(cast.staff)

    narrowed = client.get(f"/certificates/?licensee={cast.firm_a.pk}")

    assert address("detail", mine) in links(main(narrowed))
    assert address("detail", other) not in links(main(narrowed))
    filters = [f for f in page(narrowed).all("form") if f["class"] == "portal-filters__form"]
    assert values(filters[0])["licensee"] == str(cast.firm_a.pk)
    assert client.get("/certificates/?licensee=Firm").status_code == 400
    client.force_login(cast.issuer)
    hidden = client.get(f"/certificates/?licensee={cast.firm_b.pk}")
    assert rows(main(hidden)) == []


def test_a_firms_duties_stand_late_first_with_what_it_did_in_the_last_year(
    cast: Cast, client: Client
) -> None:
    late, done = cast.shipped(), cast.shipped()
    cast.shipped(cast.firm_b)
    Duty.objects.filter(certificate=late, code=Duty.Code.IMPORT_CONFIRMATION).update(
        opened_on=today() - 9 * DAY, due_on=today() - DAY
    )
    for duty in Duty.objects.filter(certificate=done):
        discharge(duty, method="fax", sent_at=timezone.now(), reference="77", actor=cast.issuer)
    old = Duty.objects.filter(certificate=done).first()
    assert old is not None
    Duty.objects.filter(pk=old.pk).update(discharged_at=timezone.now() - 366 * DAY)

    shown = get(client, cast.issuer, "firm:duties", cast.firm_a.pk)

    owed, finished = shown.all("tbody")
    lines = [row.text for row in owed.all("tr")]
    assert "Late" in lines[0]
    assert all(str(late) in line for line in lines)
    assert len(finished.all("tr")) == Duty.objects.filter(certificate=done).count() - 1
    assert "Record it as done" in shown.text
    assert "Record it as done" not in get(client, cast.overseer, "firm:duties", cast.firm_a.pk).text


PAGES = {
    "releases": "staff",
    "release": "staff",
    "certificates:detail": "issuer",
    "certificates:issue": "issuer",
    "certificates:request_release": "issuer",
    "firm:certificates": "issuer",
    "firm:duties": "staff",
}


@pytest.mark.parametrize("name", PAGES)
def test_more_rows_cost_no_more_queries(cast: Cast, client: Client, name: str) -> None:
    blank = cast.available()
    first = released(cast, blank)

    def grow() -> None:
        cast.shipped()
        asked(cast, route="origin", country="RU")
        asked(cast)

    def cost() -> int:
        client.force_login(getattr(cast, PAGES[name]))
        url = {
            "releases": lambda: reverse("certificates:releases"),
            "release": lambda: reverse("certificates:release", args=[first.pk]),
            "firm:certificates": lambda: reverse(name, args=[cast.firm_a.pk]),
            "firm:duties": lambda: reverse(name, args=[cast.firm_a.pk]),
        }.get(name, lambda: reverse(name, args=[blank.number]))()
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    grow()
    few = cost()
    for _ in range(3):
        grow()
    asked(cast, blank, route="origin", country="RU")
    withdraw_release(asked(cast, blank, route="destination", country="BY"), actor=cast.issuer)

    assert cost() == few <= 12
