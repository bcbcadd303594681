"""The pages of the yearly acknowledgment and of the directors' list, for each who may see them."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from licensees.models import Acknowledgment, AcknowledgmentText
from licensees.operations.acknowledging import acknowledge, set_wording
from tests.cast import Cast, today
from tests.licensees.exporting import exported
from tests.pages.opening import forms, get, links, rows
from tests.pages.reading import errors, main, pdf_text

YEAR = today().year - 1
TYPED = {"signer_title": "Export manager", "agreed": "on"}


def sign(cast: Cast, year: int = YEAR) -> Acknowledgment:
    return acknowledge(
        cast.firm_a, year=year, signer_title="Manager", agreed=True, today=today(),
        actor=cast.manager,
    )  # fmt: skip


def address(cast: Cast, year: int = YEAR) -> str:
    return reverse("licensees:acknowledge", args=[cast.firm_a.pk, year])


def send(client: Client, user: User, url: str, typed: dict[str, Any]) -> Any:
    client.force_login(user)
    return client.post(url, typed)


def test_a_firm_sees_its_years_and_its_manager_may_sign(cast: Cast, client: Client) -> None:
    exported(cast, year=YEAR)
    signed = sign(cast, YEAR - 1)

    shown = get(client, cast.manager, "licensees:acknowledgments", cast.firm_a.pk)

    lines = rows(shown)
    late = dt.date(YEAR + 1, 1, 31)
    state = "Late" if today() > late else "Owed"
    assert lines[0].startswith(f"{YEAR} Yes {state}")
    assert lines[1].startswith(f"{YEAR - 1} No Signed")
    assert signed.reference in lines[1]
    assert len(lines) == YEAR - 2020 + 1
    assert address(cast) in links(shown)
    assert reverse("licensees:acknowledgment", args=[signed.pk]) in links(shown)
    issuers = get(client, cast.issuer, "licensees:acknowledgments", cast.firm_a.pk)
    assert address(cast) not in links(issuers)
    assert "Only a manager of the firm signs." in issuers.text


def test_the_page_to_sign_shows_the_words_and_the_years_certificates(
    cast: Cast, client: Client
) -> None:
    number = exported(cast, year=YEAR)
    blank = cast.available(cast.firm_b)

    client.force_login(cast.manager)
    shown = main(client.get(address(cast)))

    assert f"US{number}" in shown.text
    assert f"US{blank.number}" not in shown.text
    assert "31 CFR part 592" in shown.one("blockquote").text
    assert "cannot be taken back" in shown.text


def test_signing_leads_to_the_receipt(cast: Cast, client: Client) -> None:
    cast.manager  # noqa: B018
    client.force_login(cast.manager)
    shown = main(client.get(address(cast)))
    hidden = shown.one("input", name="shown")["value"]

    answer = send(client, cast.manager, address(cast), {**TYPED, "shown": hidden})

    row = Acknowledgment.objects.get()
    assert answer["Location"] == reverse("licensees:acknowledgment", args=[row.pk])
    receipt = main(client.get(answer["Location"]))
    assert "Export manager" in receipt.text
    pdf = client.get(reverse("licensees:acknowledgment_pdf", args=[row.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Cache-Control"] == "private, no-store"
    assert row.reference in pdf_text(pdf.content)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"agreed": "on"}, "signer_title", "required"),
        ({"signer_title": "Manager"}, "agreed", "Tick the box"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(
    cast: Cast, client: Client, typed: dict[str, str], field: str, words: str
) -> None:
    answer = send(client, cast.manager, address(cast), typed)

    assert answer.status_code == 422
    assert words in errors(answer)[field]
    kept = main(answer).one("input", name="signer_title")["value"]
    assert kept == typed.get("signer_title", "")
    assert not Acknowledgment.objects.exists()


def test_a_wording_that_came_meanwhile_is_shown_before_it_is_signed(
    cast: Cast, client: Client
) -> None:
    shown = AcknowledgmentText.objects.get().pk
    set_wording(
        version="2", text="Quite other words", valid_from=today(), today=today(), actor=cast.staff
    )

    answer = send(client, cast.manager, address(cast), {**TYPED, "shown": shown})

    assert answer.status_code == 409
    assert "version 2 now" in main(answer).text
    assert "Quite other words" in main(answer).one("blockquote").text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("year", "words"),
    [
        (today().year, "is not over"),
        (2019, "effective from"),
        (10**12, "is not over"),
        (YEAR - 1, "signed for"),
    ],
)
def test_a_year_that_cannot_be_signed_says_why(
    cast: Cast, client: Client, method: str, year: int, words: str
) -> None:
    sign(cast, YEAR - 1)
    client.force_login(cast.manager)

    answer = getattr(client, method)(address(cast, year), TYPED)

    assert answer.status_code == 409
    assert words in main(answer).text
    assert Acknowledgment.objects.count() == 1


def test_offices_see_who_owes_and_the_sentence_of_the_report(cast: Cast, client: Client) -> None:
    exported(cast, year=YEAR)
    exported(cast, cast.firm_b, year=YEAR)
    sign(cast)
    url = "licensees:acknowledgment_overview"

    shown = get(client, cast.overseer, url)

    assert f"acknowledged for {YEAR}: no, 1 of 2; missing: Firm B (test)." in shown.text
    firms = [line.partition(" Yes ")[0] for line in rows(shown)]
    assert firms[:2] == ["Firm B (test)", "Firm A (test)"]
    assert reverse("licensees:set_wording") not in links(shown)
    assert reverse("licensees:set_wording") in links(get(client, cast.staff, url))


@pytest.mark.parametrize("year", ["2021", "", "1999", "9999", "20x1", "٢٠٢١", "-1"])
def test_a_year_that_is_none_is_the_last_one(cast: Cast, client: Client, year: str) -> None:
    client.force_login(cast.staff)
    for route, last in (("acknowledgment_overview", YEAR), ("changes", YEAR + 1)):
        shown = main(client.get(reverse(f"licensees:{route}"), {"year": year}))
        assert str(2021 if year == "2021" else last) in shown.one("h1").text


def test_staff_set_a_wording_and_it_is_listed(cast: Cast, client: Client) -> None:
    url = reverse("licensees:set_wording")
    typed = {"version": "2", "valid_from": today().isoformat(), "text": "One\r\n\r\nTwo"}

    answer = send(client, cast.staff, url, typed)

    assert answer.status_code == 302
    assert AcknowledgmentText.objects.get(version="2").text == "One\n\nTwo"
    shown = main(client.get(url))
    assert "Version 2" in shown.text
    again = send(client, cast.staff, url, typed)
    assert again.status_code == 409
    assert "There is a version 2 already" in errors(again)["version"]
    assert "One" in main(again).one("textarea", name="text").raw


@pytest.mark.parametrize("count", [1, 4])
def test_the_overview_costs_the_same_for_more_firms(
    cast: Cast, client: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    for firm in (cast.firm_a, cast.firm_b, cast.carrier)[:count]:
        exported(cast, firm, year=YEAR)
    client.force_login(cast.staff)
    with django_assert_max_num_queries(8):
        client.get(reverse("licensees:acknowledgment_overview"))


# The directors' list


def test_the_directors_list_is_read_saved_and_printed(cast: Cast, client: Client) -> None:
    cast.firm_a, cast.carrier  # noqa: B018

    shown = get(client, cast.overseer, "licensees:changes")
    assert "Nothing changed" in shown.text

    shown = main(client.get(reverse("licensees:changes"), {"year": "2020"}))
    assert [line.partition(" Licence ")[0] for line in rows(shown)] == [
        "Jan 1, 2020 Firm A (test)", "Jan 1, 2020 Firm C (test)"
    ]  # fmt: skip
    assert forms(shown) == []
    csv = client.get(reverse("licensees:changes_csv"), {"year": "2020"})
    assert csv["Content-Type"] == "text/csv; charset=utf-8"
    assert csv["Content-Disposition"] == 'attachment; filename="licensee-changes-2020.csv"'
    assert "Firm C (test),Licensed" in csv.content.decode("utf-8-sig")
    pdf = client.get(reverse("licensees:changes_pdf"), {"year": "2020"})
    assert "Firm C (test)" in pdf_text(pdf.content)


# How to export


def test_anybody_reads_how_to_export_and_through_whom(cast: Cast, client: Client) -> None:
    cast.carrier, cast.firm_a  # noqa: B018

    shown = main(client.get("/how-to-export/"))

    carriers = shown.one("section", aria_labelledby="carriers")
    assert [item.text for item in carriers.all("li")] == ["Firm C (test)"]
    assert "31 CFR 592.301(a)(5)" in shown.text
    assert "warrants that the diamonds" in shown.one("blockquote", id="warranty-text").text
    for hidden in (cast.carrier.ein, "Example Street", "Firm A"):
        assert hidden not in shown.text
    front = client.get("/").content.decode()
    assert front.count('href="/how-to-export/"') == 2  # in the page and at its foot


@pytest.mark.parametrize("status", ["suspended", "terminated", "surrendered"])
def test_only_carriers_with_an_active_licence_are_named(
    cast: Cast, client: Client, status: str
) -> None:
    days = {"suspended_on": today()} if status == "suspended" else {"ended_on": today()}
    type(cast.carrier).objects.filter(pk=cast.carrier.pk).update(status=status, **days)

    shown = main(client.get("/how-to-export/"))

    assert "Firm C" not in shown.text
    assert "None at this time." in shown.text
