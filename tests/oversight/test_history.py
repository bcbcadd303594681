"""Who changed what, when, and from what: on the page of the row it happened to."""

import json
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Model

from accounts.operations import deactivate
from certificates.models import Certificate
from certificates.operations.drafting import save_draft
from certificates.operations.duties import discharge
from journal import read_only
from journal.models import Entry
from licensees.operations.licensing import suspend
from tests.cast import today
from tests.oversight.places import list_of, row_of
from tests.pages.reading import Element, main

TABLE = "usa-table usa-table--borderless portal-table"


def page_of(client, row: Model) -> Element:
    answer = client.get(row_of(row))
    assert answer.status_code == 200
    return main(answer)


def facts(page: Element) -> dict[str, str]:
    """What the page says of the row, by the name of the fact."""
    return {
        fact.one("dt").text: fact.one("dd").text
        for fact in page.all("div", class_="portal-facts__fact")
    }


def history(page: Element) -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Every entry told: what, when and by whom, and each fact before and after."""
    told = []
    for entry in page.all("li", class_="portal-timeline__entry"):
        what, meta = (paragraph.text for paragraph in entry.all("p"))
        changes = {}
        for line in entry.all("tbody")[0].all("tr") if entry.all("tbody") else []:
            before, after = (cell.text for cell in line.all("td"))
            changes[line.one("th").text] = (before, after)
        told.append((what, meta, changes))
    return told


def recorded_by_sql(subject: str, subject_id: object, verb: str, changes: object) -> None:
    """An entry that no operation wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (actor, verb, subject, subject_id, changes)"
            " VALUES ('', %s, %s, %s, %s)",
            [verb, subject, str(subject_id), json.dumps(changes)],
        )


def test_a_certificates_page_has_its_facts_in_groups(desk, cast):
    row = cast.voided()

    page = page_of(desk, row)

    assert [head.text for head in page.all("h2")][:4] == [
        "On the paper", "Beside the paper", "Life", "Void",
    ]  # fmt: skip
    assert page.one("h1").text == f"{row} Void"
    expected = {
        "Number": row.display,
        "Country of origin": "Botswana (BW)",
        "ITN": row.itn,
        "Value": "$12,345.67",
        "Weight": "98.76 ct",
        "HS subheading": "7102.31",
        "Destination": "Israel (IL)",
        "Port of export": "John F. Kennedy Airport, NY (4701)",
        "Exporter name": "Firm A (test)",
        "Status": "Void",
        "Licensee": "Firm A (test)",
        "Receipt": f"Receipt {row.receipt.number}",
        "Issued by": "Issuer-A",
        "Void reason": "Printer error",
        "The form": "In hand, defaced",
        "Seal number": "—",
    }
    assert expected.items() <= facts(page).items()
    links = {link.text: link["href"] for link in page.all("a")}
    assert links[f"Receipt {row.receipt.number}"] == row_of(row.receipt)
    assert links["Firm A (test)"] == row_of(cast.firm_a)


def test_mixed_origin_is_shown_as_it_is_printed(desk, cast):
    row = cast.issued(country_of_origin="", mixed_origin=True, provenance="KP 1, KP 2")

    assert facts(page_of(desk, row))["Country of origin"] == "**** (mixed)"


def test_one_page_answers_who_changed_what_of_a_certificate_when_and_from_what(desk, cast):
    row = cast.voided()
    entries = Entry.objects.about("certificate", row.number)
    issued = entries.get(verb="certificate:issued")

    told = history(page_of(desk, row))

    assert [what for what, _, _ in told] == [
        "Certificate voided", "Certificate issued", "Certificate sold", "Certificate registered",
    ]  # fmt: skip
    _, meta, changes = told[1]
    moment = issued.at.astimezone(ZoneInfo("America/New_York"))
    assert f"{moment:%b} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M}" in meta
    assert moment.tzname() in meta
    assert cast.issuer.email in meta
    assert f"Entry {issued.pk}" in meta
    assert changes["Status"] == ("Available", "Issued")
    assert changes["Issued by"] == ("—", f"Issuer-A (id {cast.issuer.pk})")
    assert changes["Value in U.S. $"] == ("—", "12345.67")
    assert changes["Consignee address"] == ("—", "1 Example Road Ramat Gan 52521")
    assert told[0][2]["Status"] == ("Issued", "Void")
    assert told[2][2]["Licensee"] == ("—", f"Firm A (test) (id {cast.firm_a.pk})")
    assert len(changes) == len(issued.changes)


def test_the_history_is_only_of_this_certificate(desk, cast):
    row, other = cast.issued(), cast.issued()

    text = page_of(desk, row).text

    assert other.itn not in text
    assert other.display not in text


def test_each_entry_of_a_history_can_be_opened(desk, cast):
    row = cast.issued()
    entries = Entry.objects.about("certificate", row.number)

    page = page_of(desk, row)

    hrefs = {link["href"] for link in page.all("a")}
    assert {row_of(entry) for entry in entries} <= hrefs
    query = f"?subject=certificate&subject_id={row.number}"
    assert list_of(Entry, query) in hrefs
    listed = desk.get(list_of(Entry, query)).context["cl"]
    assert set(listed.result_list) == set(entries)


def test_a_certificates_page_shows_what_is_owed_and_what_was_done(desk, cast):
    row = cast.shipped()
    duty = row.duties.get(code="census_copy")
    discharge(duty, method="fax", sent_at=row.issued_at, reference="FAX-77", actor=cast.issuer)

    page = page_of(desk, row)

    duties = page.one("table", class_=TABLE)
    lines = {line.one("th").text: line.text for line in duties.one("tbody").all("tr")}
    assert len(lines) == row.duties.count()
    done = lines["Send a copy to the Census Bureau"]
    for words in ("31 CFR 592.301(a)(1)(iv)", "Secure fax", "FAX-77", "Issuer-A"):
        assert words in done
    assert "Still owed" not in done
    assert "Still owed" in lines["Get the import confirmed"]
    assert history(page)[0][0] == "Duty discharged"


def test_a_page_leads_to_the_rows_that_point_to_its_row_and_to_no_others(desk, cast):
    row = cast.available()

    before = {link.text for link in page_of(desk, row).all("a")}
    save_draft(row, fields={"itn": "typed"}, version=None, actor=cast.issuer)
    after = {link.text: link["href"] for link in page_of(desk, row).all("a")}

    assert "Drafts" not in before
    assert after.keys() - before == {"Drafts"}
    assert desk.get(after["Drafts"]).context["cl"].result_count == 1


def test_a_firms_page_tells_everything_filed_under_it(desk, cast):
    row, other = cast.issued(), cast.issued(cast.carrier)
    suspend(cast.firm_a, reason="Fees unpaid", today=today(), actor=cast.staff)

    page = page_of(desk, cast.firm_a)
    told = history(page)

    assert told[0][0] == "Licensee suspended"
    assert told[0][2] == {
        "Status": ("Active", "Suspended"),
        "Suspended on": ("—", f"{today():%b} {today().day}, {today().year}"),
        "Reason": ("—", "Fees unpaid"),
    }
    assert len(told) == Entry.objects.filter(licensee_id=cast.firm_a.pk).count()
    assert f"Certificate {row.number}" in page.text
    assert str(other.number) not in page.text
    assert cast.issuer.email in page.one("table", class_=TABLE).text


def test_a_long_history_tells_its_last_entries_and_says_where_the_rest_is(desk, cast, monkeypatch):
    monkeypatch.setattr(read_only, "TOLD_AT_MOST", 3)
    row = cast.delivered()

    told = history(page := page_of(desk, row))

    assert [what for what, _, _ in told] == [
        "Certificate delivered", "Certificate shipped", "Certificate issued",
    ]  # fmt: skip
    assert "The last 3 entries." in page.text
    assert "The last" not in page_of(desk, cast.available()).text


def test_a_users_page_tells_what_they_did_and_what_was_done_to_their_account(desk, cast):
    cast.issued()
    deactivate(cast.issuer, actor=cast.administrator)

    page = page_of(desk, cast.issuer)

    heads = [head.text for head in page.all("h2")]
    assert heads[:2] == ["What this person did", "What was done to the account"]
    did, done = (
        [what for what, _, _ in history(section)]
        for section in page.all("section")
        if section.all("ol")
    )
    assert did == ["Certificate issued"]
    assert done == ["User deactivated", "User invited"]
    assert ("yes", "no") in [change for _, _, c in history(page) for change in c.values()]


def test_a_draft_is_shown_as_typed(desk, cast):
    save = {"itn": "<b>X2019</b>", "consignee_name": "Élan"}
    draft = save_draft(cast.available(), fields=save, version=None, actor=cast.issuer)

    page = page_of(desk, draft)

    lines = {line.one("th").text: line.one("td").text for line in page.one("tbody").all("tr")}
    assert lines == save
    assert not page.all("b")


def test_an_entrys_page_shows_it_exactly_with_its_place_in_the_chain(desk, cast):
    row = cast.shipped()
    entry = Entry.objects.get(verb="certificate:shipped", subject_id=row.number)

    page = page_of(desk, entry)

    shown = facts(page)
    assert page.one("h1").text == f"Entry {entry.pk}: Certificate shipped"
    assert shown["Hash"] == entry.hash
    assert shown["Previous hash"] == entry.previous_hash
    assert shown["Verb"] == "certificate:shipped"
    assert shown["Actor"] == cast.issuer.email
    lines = [[cell.text for cell in line.all("th", "td")] for line in page.one("tbody").all("tr")]
    assert ["Status", "Issued", "Shipped", 'status: ["issued", "shipped"]'] in lines
    assert ["Seal number", "—", "SEAL-1", 'seal_number: ["", "SEAL-1"]'] in lines
    links = {link.text: link["href"] for link in page.all("a")}
    assert links[f"Certificate: {row}"] == row_of(row)
    assert links["Licensee: Firm A (test)"] == row_of(cast.firm_a)
    assert links[f"Entry {entry.pk - 1}"] == row_of(Entry.objects.get(pk=entry.pk - 1))
    assert f"Entry {entry.pk + 1}" not in links


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ([], {"Changes": ("—", "—")}),
        ("text", {"Changes": ("—", "text")}),
        (7, {"Changes": ("—", "7")}),
        ({"status": "void"}, {"Status": ("—", "Void")}),
        ({"status": ["a", "b", "c"]}, {"Status": ("—", "a, b, c")}),
        ({"status": ["molten", None]}, {"Status": ("molten", "—")}),
        ({"licensee_id": [10**30, "x"]}, {"Licensee": (str(10**30), "x")}),
        ({"licensee_id": [99999, True]}, {"Licensee": ("99999", "yes")}),
        ({"shipped_on": ["2026-02-30", 7]}, {"Shipped on": ("2026-02-30", "7")}),
        ({"shipped_on": ["", "2026-02-28"]}, {"Shipped on": ("—", "Feb 28, 2026")}),
        ({"note": ["2026-02-28T10:00", "T"]}, {"Note": ("2026-02-28T10:00", "T")}),
        ({"acknowledged_warnings": [{}, {"value_band": "Sorted"}]},
         {"Acknowledged warnings": ("—", "Value band: Sorted")}),
        ({"": [1, {"a_b": [True]}]}, {"": ("1", "A b: yes")}),
        ({"duties__code": [None, "x"]}, {"Duties code": ("—", "x")}),
        ({"duties": [None, 3]}, {"Duties": ("—", "3")}),
    ],
    ids=str,
)  # fmt: skip
def test_an_entry_that_no_operation_wrote_is_told_all_the_same(changes, expected, desk, cast):
    row = cast.in_stock()
    recorded_by_sql("certificate", row.number, "certificate:tampered", changes)

    what, meta, told = history(page_of(desk, row))[0]

    assert what == "Certificate tampered"
    assert "Without an account" in meta
    assert told == {" ".join(name.replace("__", " ").split()): v for name, v in expected.items()}
    entry = Entry.objects.latest("id")
    assert page_of(desk, entry)
    assert desk.get(list_of(Entry)).status_code == 200


@pytest.mark.parametrize(
    ("subject", "subject_id"),
    [("certificate", "no number"), ("planet", "9"), ("licensee", "9" * 40), ("user", "")],
)
def test_an_entry_about_nothing_we_know_has_a_page_without_a_link(subject, subject_id, desk, cast):
    recorded_by_sql(subject, subject_id, "planet:discovered", {"mass": [1, 2]})

    page = page_of(desk, Entry.objects.latest("id"))

    assert facts(page)["Subject"] == subject
    hrefs = [link["href"] for link in page.one("ul", class_="usa-list").all("a")]
    assert len(hrefs) == 1, "only the entry before it"


def test_moments_are_told_on_new_yorks_clock(desk, cast):
    row = cast.in_stock()
    recorded_by_sql(
        "certificate",
        row.number,
        "certificate:noted",
        {"sent_at": ["2026-07-01T03:30:00+00:00", "2026-12-01T03:30:00+00:00"]},
    )

    _, _, changes = history(page_of(desk, row))[0]

    assert changes["Sent at"] == (
        "Jun 30, 2026, 11:30:00 PM EDT",
        "Nov 30, 2026, 10:30:00 PM EST",
    )


def test_markup_in_any_fact_stays_text(desk, cast):
    evil = "<script>alert(1)</script>"
    row = cast.issued(consignee_name=evil)
    recorded_by_sql("certificate", row.number, "certificate:noted", {evil: [evil, {evil: evil}]})

    for address in (row_of(row), list_of(Certificate), row_of(Entry.objects.latest("id"))):
        answer = desk.get(address)
        assert evil not in answer.content.decode()
        assert evil in main(answer).text


def test_what_happened_today_is_dated_today(desk, cast):
    row = cast.shipped()

    day = today()
    assert facts(page_of(desk, row))["Shipped on"] == f"{day:%b} {day.day}, {day.year}"
