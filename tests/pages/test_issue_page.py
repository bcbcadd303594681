"""The page on which a certificate is filled in, without any script running."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from certificates.models import Certificate, Draft, Participant, Port
from certificates.operations.voiding import void
from certificates.reference import load
from journal.models import Entry
from licensees.models import Party
from licensees.operations.addresses import keep_party
from licensees.operations.licensing import suspend
from tests.cast import fresh_itn, today
from tests.letters import written
from tests.pages.filling import address, drafted, fill_in, issued, typed
from tests.pages.reading import errors, main, offered, page, values

REFERENCE = Path(load.__file__).parent


def rows_of(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def form_of(answer):
    return main(answer).one("form", data_draft="")


def shown(answer) -> dict[str, str]:
    return values(form_of(answer))


def day(offset: int) -> str:
    return (today() + dt.timedelta(days=offset)).isoformat()


@pytest.fixture
def blank(cast, client) -> Certificate:
    """An available certificate of firm A, its issuer being signed in."""
    client.force_login(cast.issuer)
    return cast.available()


# ---- what is shown ------------------------------------------------------------------------------


def test_a_blank_opens_with_todays_date_and_nothing_else_filled_in(client, blank):
    answer = client.get(address("issue", blank))

    filled = {name: text for name, text in shown(answer).items() if text}
    assert filled.pop("csrfmiddlewaretoken")
    assert filled == {"version": "0", "date_of_issue": today().isoformat()}
    assert "Nothing saved yet." in main(answer).text
    assert not Draft.objects.exists(), "looking is not saving"


def test_a_draft_is_shown_as_it_was_typed_with_who_edited_it_last(cast, client, blank):
    texts = typed(cast, value_usd="$ 12,345.67", date_of_issue="11/24/26", mixed_origin="on")
    client.post(address("draft", blank), {**texts, "version": 0})
    client.force_login(cast.colleague)

    answer = client.get(address("issue", blank))

    for name in ("exporter_name", "exporter_address"):  # said, not asked
        del texts[name]
    kept = shown(answer)
    assert {name: kept[name] for name in texts} == texts
    assert kept["version"] == "1"
    assert "Last changed by Issuer-A" in main(answer).text


def test_an_ordinary_firms_exporter_is_said_and_cannot_be_typed(cast, client, blank):
    answer = client.get(address("issue", blank))

    assert not [name for name in shown(answer) if name.startswith("exporter")]
    locked = main(answer).one("p", class_="issue-locked").text
    assert locked == "Firm A (test) 65 Example Street New York, NY 10036"


def test_whatever_is_sent_as_an_ordinary_firms_exporter_the_firm_is_kept(cast, client, blank):
    texts = typed(cast, exporter_name="Somebody Else", exporter_address="Elsewhere")

    assert fill_in(client, blank, texts).status_code == 302

    fields = Draft.objects.get().fields
    assert fields["exporter_name"] == cast.firm_a.legal_name
    assert fields["exporter_address"] == cast.firm_a.address


def test_a_carrier_types_the_exporter_or_takes_it_from_the_address_book(cast, client):
    kept = keep_party(
        cast.carrier,
        part="exporter",
        name="Rough Exporters Inc.",
        address="1 Diamond Plaza\nNew York, NY 10036",
        country="US",
        authority_reference="POA 7",
        authority_from=today(),
        actor=cast.carrier_issuer,
    )
    blank = cast.available(cast.carrier)
    client.force_login(cast.carrier_issuer)

    form = form_of(client.get(address("issue", blank)))

    assert {"exporter_name", "exporter_address", "keep_exporter"} <= {
        box["name"] for box in form.all("input", "textarea")
    }
    assert offered(form, "exporter_entry") == [str(kept.pk)]

    answer = client.post(
        address("issue", blank),
        {"use": "exporter", "exporter_entry": kept.pk, "version": 0, "itn": "half typed"},
    )
    assert answer.status_code == 200
    assert shown(answer)["exporter_name"] == "Rough Exporters Inc."
    assert shown(answer)["exporter_address"] == "1 Diamond Plaza\nNew York, NY 10036"
    assert shown(answer)["itn"] == "half typed"


def test_destinations_are_the_countries_of_participants_open_today(client, blank):
    standing = {row["code"]: row["standing"] for row in rows_of("participants")}
    expected = {
        row["code"]
        for row in rows_of("countries")
        if standing.get(row["participant_code"]) == "open"
    }

    codes = offered(form_of(client.get(address("issue", blank))), "consignee_country")

    assert set(codes) == expected
    assert len(codes) == len(expected)
    assert {"IL", "BE", "HK", "NA", "TW", "GB"} <= expected
    assert not {"RU", "BY", "VE", "US", "EU", "IR", ""} & expected


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"valid_to": "yesterday"}, id="left the list yesterday"),
        pytest.param({"valid_from": "tomorrow"}, id="joins it tomorrow"),
        pytest.param({"standing": "hold"}, id="held for staff"),
    ],
)
def test_a_participant_not_open_today_is_not_offered_as_a_destination(client, blank, change):
    days = {"yesterday": today() - dt.timedelta(1), "tomorrow": today() + dt.timedelta(1)}
    Participant.objects.filter(code="CN").update(
        **{name: days.get(value, value) for name, value in change.items()}
    )

    codes = offered(form_of(client.get(address("issue", blank))), "consignee_country")

    assert not {"CN", "HK", "MO"} & set(codes), "Hong Kong trades under China"
    assert "IL" in codes


def test_origins_are_the_countries_of_participants_without_the_united_states(client, blank):
    standing = {row["code"]: row["standing"] for row in rows_of("participants")}
    expected = {
        row["code"]
        for row in rows_of("countries")
        if standing.get(row["participant_code"]) in ("open", "hold")
    }

    codes = offered(form_of(client.get(address("issue", blank))), "country_of_origin")

    assert set(codes) == expected
    assert {"BW", "ZA", "RU", "VE"} <= expected, "held origins are refused with a reason"
    assert not {"US", "EU"} & expected


def test_only_ports_in_use_and_the_three_subheadings_are_offered(client, blank):
    Port.objects.filter(code="4701").update(is_open=False)

    form = form_of(client.get(address("issue", blank)))

    ports = {row["code"] for row in rows_of("ports") if row["is_open"] == "yes"}
    assert set(offered(form, "port_of_export")) == ports - {"4701"}
    assert offered(form, "hs_code") == ["7102.10", "7102.21", "7102.31"]


def test_the_page_says_what_to_file_in_aes(cast, client, blank):
    fill_in(client, blank, typed(cast, carat_weight="0.37", value_usd="1,234.50", itn=""))

    facts = main(client.get(address("issue", blank))).one("details").text

    assert "Licence type T12" in facts
    assert f"Licence number {blank.number} (digits only)" in facts
    assert "Quantity 1 carats" in facts
    assert "Licence value $1,235" in facts


def test_value_per_carat_and_expiry_are_computed_from_what_was_typed(cast, client, blank):
    texts = typed(cast, date_of_issue="01/01/2024", value_usd="1000", carat_weight="8", itn="")
    fill_in(client, blank, texts)

    text = main(client.get(address("issue", blank))).text

    assert "$125.00 a carat" in text
    assert "Expires Mar 1, 2024." in text, "sixty days, over a leap day"


# ---- going on -----------------------------------------------------------------------------------


def test_lawful_texts_are_kept_and_lead_to_the_read_back(cast, client, blank):
    texts = typed(cast)

    answer = fill_in(client, blank, texts)

    assert (answer.status_code, answer["Location"]) == (302, address("read_back", blank))
    draft = Draft.objects.get()
    assert (draft.certificate, draft.version, draft.edited_by) == (blank, 1, cast.issuer)
    assert draft.fields == texts
    blank.refresh_from_db()
    assert blank.status == "available"
    assert blank.itn == "", "a draft changes no certificate"


CENSUS = "Census Bureau, briefing for licensees, October 2019"
MISTAKES = [
    # field, what is typed, words of the refusal, its source
    ("itn", "", "Type the ITN", "31 CFR 592.301(a)(5)(ii)"),
    ("itn", "X20171301987654", "not a calendar date", "U.S. Census Bureau"),
    ("itn", "20170101987654", "Compare X20170101987654", "U.S. Census Bureau"),
    ("itn", "X20170101987654 SS", "one shipment", "15 CFR 30.28"),
    ("itn", "NOEEI 30.37(a)", "exemption", "15 CFR 30.2(a)(1)(iv)(G)"),
    ("itn", "TBD", "holds the place", "31 CFR 592.301(a)(5)(ii)"),
    ("country_of_origin", "", "where the stones were mined", "31 CFR 592.307(b)"),
    ("country_of_origin", "US", "release by USKPA staff", CENSUS),
    ("country_of_origin", "RU", "release by USKPA staff", "E.O. 14068"),
    ("country_of_origin", "EU", "country of the list", CENSUS),
    ("date_of_issue", "", "Give the date of issue", "31 CFR 592.307(d)"),
    ("date_of_issue", "the first of May", "Type a date such as", None),
    ("date_of_issue", day(1), "still to come", CENSUS),
    ("date_of_issue", day(-31), "You received this certificate on", CENSUS),
    ("date_of_expiry", "soon", "Type a date such as", None),
    ("date_of_expiry", day(61), "60 days at most", CENSUS),
    ("date_of_expiry", day(-10), "This date is past", "31 CFR 592.307(e)"),
    ("date_of_expiry", day(-10), "must expire after it is issued", CENSUS),
    ("value_usd", "", "Give the value", "31 CFR 592.307(i)"),
    ("value_usd", "about a million", "Type a number such as 1,234.50.", None),
    ("value_usd", "1e5", "Type a number such as 1,234.50.", None),
    ("value_usd", "0.00", "more than zero", "31 CFR 592.307"),
    ("value_usd", "-5", "more than zero", "31 CFR 592.307"),
    ("value_usd", "1234,56", "Type a number such as 1,234.50.", None),
    ("value_usd", "1.005", "2 decimal places", None),
    ("number_of_parcels", "", "number of parcels", "31 CFR 592.307(j)"),
    ("number_of_parcels", "two", "whole number", None),
    ("number_of_parcels", "0", "more than zero", "31 CFR 592.307"),
    ("number_of_parcels", "9" * 40, "less than or equal to 1000000", None),
    ("consignee_name", "", "ultimate consignee", "31 CFR 592.307(g)"),
    ("consignee_name", "Алмазы 以色列", "Latin letters", "31 CFR 592.307"),
    ("consignee_name", "N" * 257, "At most 256", None),
    ("consignee_address", "", "consignee's address", "31 CFR 592.307(g)"),
    ("consignee_address", "1\n2\n3\n4\n5", "holds 4 lines; this has 5", None),
    ("consignee_address", "A" * 46, "has 46 characters; the box holds 45", None),
    ("consignee_country", "", "country of destination", "31 CFR 592.301(a)"),
    ("consignee_country", "RU", "wait for USKPA staff", "15 CFR part 746"),
    ("consignee_country", "IR", "not on today's list of Participants", "31 CFR 592.301(a)"),
    ("consignee_country", "EU", "not on today's list of Participants", "31 CFR 592.301(a)"),
    ("consignee_country", "US", "not a foreign destination", "31 CFR 592.311"),
    ("carat_weight", "", "Give the weight", "31 CFR 592.307(h)"),
    ("carat_weight", "٣٫٥", "Type a number such as 1,234.50.", None),
    ("carat_weight", "NaN", "Type a number such as 1,234.50.", None),
    ("carat_weight", "0", "more than zero", "31 CFR 592.307"),
    ("hs_code", "", "one HS subheading", "31 CFR 592.307(k)"),
    ("hs_code", "7102.39", "7102.10, 7102.21 or 7102.31", "31 CFR 592.310"),
    ("port_of_export", "", "port of export", "15 CFR 30.6(a)(9)"),
    ("port_of_export", "9999", "port of the list", "15 CFR 30.6(a)(9)"),
    ("planned_ship_on", "x", "Type a date such as", None),
    ("planned_ship_on", day(90), "between the dates of issue and expiry", CENSUS),
    ("provenance", "P" * 501, "at most 500 characters", None),
    ("waybill", "以色列", "Latin letters", "31 CFR 592.307"),
]

# A list offers no unlawful value to begin with: what was forged is not shown again.
CHOICES = ("country_of_origin", "consignee_country", "hs_code", "port_of_export")


def test_every_mistake_is_said_at_its_field_with_its_source_and_kept_as_typed(cast, client, blank):
    """One blank, one mistake after the other: the draft takes each of them."""
    lawful, wrong = typed(cast), []
    before = Entry.objects.count()
    for field, text, words, source in MISTAKES:
        draft = Draft.objects.filter(certificate=blank).first()
        version = draft.version if draft else 0
        answer = fill_in(client, blank, {**lawful, field: text}, version)
        beside = errors(answer)
        fits = (
            answer.status_code == 422
            and list(beside) == [field]
            and words in beside[field]
            and (source is None or f"({source}" in beside[field])
            and shown(answer)[field] in (text, "" if field in CHOICES else text)
            and Draft.objects.get().fields[field] == text
        )
        if not fits:
            wrong.append((field, text, answer.status_code, beside, shown(answer)[field]))
    assert not wrong, "\n".join(map(str, wrong))
    assert Entry.objects.count() == before


def test_several_mistakes_are_all_said_at_once_and_everything_typed_is_kept(cast, client, blank):
    texts = typed(
        cast,
        itn="x 2017 1301 987654",
        date_of_issue="yesterday",
        date_of_expiry="2026-02-30",
        value_usd="12.345,67",
        carat_weight="many",
        number_of_parcels="1.5",
        consignee_name="  Ångström & Söhne   ",
        consignee_address="Straße 1\r\n\r\nἈθῆναι\r\nМосква",
        mixed_origin="on",
        waybill="<020-12345675>",
    )

    answer = fill_in(client, blank, texts)

    assert answer.status_code == 422
    assert set(errors(answer)) == {
        "itn", "date_of_issue", "date_of_expiry", "value_usd", "carat_weight",
        "number_of_parcels", "country_of_origin",
    }  # fmt: skip
    kept = shown(answer)
    assert kept.pop("consignee_address").splitlines() == ["Straße 1", "", "Ἀθῆναι", "Москва"]
    assert {name: texts[name] for name in texts.keys() & kept} == {
        name: kept[name] for name in texts.keys() & kept
    }
    assert "Error: " in page(answer).one("title").text


def test_an_error_is_tied_to_its_box_for_those_who_cannot_see_it(cast, client, blank):
    answer = fill_in(client, blank, typed(cast, value_usd="lots"))

    box = form_of(answer).one("input", name="value_usd")
    assert box["aria-invalid"] == "true"
    assert "id_value_usd_error" in box["aria-describedby"].split()
    link = main(answer).one("div", role="alert").one("a")
    assert link["href"] == "#id_value_usd"


def test_other_scripts_and_long_text_are_refused_at_the_field_they_stand_in(cast, client, blank):
    answer = fill_in(client, blank, typed(cast, consignee_name="W" * 250))

    assert answer.status_code == 422
    assert "too long for its box" in errors(answer)["consignee_name"]
    assert shown(answer)["consignee_name"] == "W" * 250


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("x" * 2001, "At most 2,000 characters can be kept.", id="2,001 characters"),
        pytest.param("a\x00b", "a character that cannot be kept", id="NUL"),
    ],
)
def test_what_the_database_cannot_keep_is_refused_with_everything_still_in_the_boxes(
    cast, client, blank, text, words
):
    answer = fill_in(client, blank, typed(cast, provenance=text, waybill="kept"))

    assert answer.status_code == 409
    assert words in errors(answer)["provenance"]
    assert shown(answer)["waybill"] == "kept"
    assert shown(answer)["provenance"] == text
    assert not Draft.objects.exists()


def test_the_itn_that_was_probably_meant_is_offered_at_one_press_and_not_taken_before(
    cast, client, blank
):
    texts = typed(cast, itn="20170101987655")
    answer = fill_in(client, blank, texts)
    button = form_of(answer).one("button", name="itn_fix")
    assert (button["value"], button.text) == ("X20170101987655", "Use X20170101987655")
    assert shown(answer)["itn"] == "20170101987655"

    answer = fill_in(client, blank, {**texts, "itn_fix": button["value"]}, version=1)

    assert answer.status_code == 200
    assert shown(answer)["itn"] == "X20170101987655"
    assert Draft.objects.get().fields["itn"] == "X20170101987655"
    assert not form_of(answer).all("button", name="itn_fix")


# ---- the address book ---------------------------------------------------------------------------


@pytest.fixture
def consignee(cast) -> Party:
    """An entry of firm A's address book."""
    return keep_party(
        cast.firm_a,
        part="consignee",
        name="Diamantslijperij De Schelde N.V.",
        address="Hoveniersstraat 22\n2018 Antwerpen",
        country="BE",
        actor=cast.issuer,
    )


def test_use_fills_name_address_and_country_and_keeps_the_rest(cast, client, blank, consignee):
    texts = typed(cast, value_usd="not yet", consignee_name="typed before")

    answer = fill_in(client, blank, {**texts, "use": "consignee", "consignee_entry": consignee.pk})

    assert answer.status_code == 200
    kept = shown(answer)
    assert kept["consignee_name"] == "Diamantslijperij De Schelde N.V."
    assert kept["consignee_address"] == "Hoveniersstraat 22\n2018 Antwerpen"
    assert kept["consignee_country"] == "BE"
    assert kept["value_usd"] == "not yet"
    assert not errors(answer), "nothing is complained of on the way"
    assert Draft.objects.get().fields["consignee_country"] == "BE"


@pytest.mark.parametrize("whose", ["another firm's", "none", "retired"])
def test_only_entries_of_ones_own_address_book_can_be_used(cast, client, blank, consignee, whose):
    entry = consignee
    if whose == "another firm's":
        entry = keep_party(
            cast.firm_b,
            part="consignee",
            name="Secret Buyer",
            address="Hidden 1",
            country="IN",
            actor=cast.stranger,
        )
    if whose == "retired":
        Party.objects.update(retired_at=timezone.now())
    chosen = "nothing \x01 such" if whose == "none" else entry.pk

    answer = fill_in(client, blank, {**typed(cast), "use": "consignee", "consignee_entry": chosen})

    assert shown(answer)["consignee_name"] == "Example Diamonds Ltd."
    assert "Secret Buyer" not in answer.content.decode()


def test_a_consignee_is_put_into_the_address_book_on_request_and_once(cast, client, blank):
    texts = typed(cast)

    fill_in(client, blank, texts)
    assert not Party.objects.exists(), "not asked"

    for version in (1, 1):
        fill_in(client, blank, {**texts, "keep_consignee": "on"}, version)

    kept = Party.objects.get()
    assert (kept.licensee, kept.part, kept.name, kept.country) == (
        cast.firm_a, "consignee", "Example Diamonds Ltd.", "IL",
    )  # fmt: skip
    assert kept.address == "1 Example Road\nRamat Gan 52521"
    assert Entry.objects.filter(verb="party:kept").count() == 1
    assert offered(form_of(client.get(address("issue", blank))), "consignee_entry") == [
        str(kept.pk)
    ]


def test_nothing_is_put_into_the_address_book_from_a_page_with_mistakes(cast, client, blank):
    answer = fill_in(client, blank, typed(cast, value_usd="", keep_consignee="on"))

    assert answer.status_code == 422
    assert not Party.objects.exists()


def test_an_ordinary_firm_cannot_keep_exporters(cast, client, blank):
    fill_in(client, blank, typed(cast, keep_exporter="on"))

    assert not Party.objects.exists()


def test_a_carrier_keeps_the_exporter_it_ships_for(cast, client):
    blank = cast.available(cast.carrier)
    client.force_login(cast.carrier_issuer)
    texts = typed(
        cast, cast.carrier, exporter_name="Rough Exporters Inc.", exporter_address="1 Plaza"
    )

    fill_in(client, blank, {**texts, "keep_exporter": "on"})

    kept = Party.objects.get()
    assert (kept.part, kept.name, kept.country) == ("exporter", "Rough Exporters Inc.", "US")


# ---- two people, two tabs -----------------------------------------------------------------------


def test_two_editors_are_shown_both_texts_and_nothing_is_lost(cast, client, blank):
    client.post(address("draft", blank), {**typed(cast), "version": 0})
    mine = typed(cast, consignee_name="Mine Ltd.", waybill="mine", itn=fresh_itn())
    client.force_login(cast.colleague)
    theirs = typed(cast, consignee_name="Theirs & Co.")
    client.post(address("draft", blank), {**theirs, "version": 1})
    client.force_login(cast.issuer)

    answer = fill_in(client, blank, mine, version=1)

    assert answer.status_code == 409
    alert = main(answer).one("div", role="alert").text
    assert "Colleague-A changed this draft on" in alert
    assert "theirs “Theirs & Co.”, yours “Mine Ltd.”" in alert
    assert "theirs “nothing”, yours “mine”" in alert
    assert shown(answer)["consignee_name"] == "Mine Ltd."
    assert Draft.objects.get().fields["consignee_name"] == "Theirs & Co.", "theirs still stands"

    second = shown(answer)
    assert second["version"] == "2"
    assert client.post(address("issue", blank), second).status_code == 302
    draft = Draft.objects.get()
    assert (draft.fields["consignee_name"], draft.version) == ("Mine Ltd.", 3)


@pytest.mark.parametrize("version", ["", "abc", "-1", "1.0", "٣", "9" * 30])
def test_a_page_of_no_known_version_overwrites_nothing(cast, client, blank, version):
    fill_in(client, blank, typed(cast))

    answer = client.post(
        address("issue", blank), {**typed(cast, waybill="other"), "version": version}
    )

    assert answer.status_code == 409
    assert Draft.objects.get().fields["waybill"] == ""


def test_the_same_page_sent_twice_is_kept_once(cast, client, blank):
    texts = typed(cast)

    answers = [fill_in(client, blank, texts).status_code for _ in range(2)]

    assert answers == [302, 302], "a lost reply can be asked for again"
    assert Draft.objects.get().version == 1


# ---- no longer the moment -----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_certificate_issued_meanwhile_is_said_with_who_and_when(cast, client, blank, method):
    issued(cast, blank, actor=cast.colleague)

    answer = getattr(client, method)(address("issue", blank), {**typed(cast), "version": 0})

    assert answer.status_code == 409
    said = main(answer).text
    assert f"US{blank.number} was issued by Colleague-A on {today():%m/%d/%Y}" in said
    assert main(answer).one("a", href=address("detail", blank))


def test_a_void_certificate_cannot_be_filled_in(cast, client, blank):
    void(
        blank,
        reason="damaged",
        notes="",
        form_disposition="destroyed",
        replacement=None,
        today=today(),
        actor=cast.colleague,
    )

    answer = client.get(address("issue", blank))

    assert answer.status_code == 409
    assert "voided by Colleague-A" in main(answer).text


def test_a_suspended_firm_can_go_on_typing_but_not_read_back_as_if_it_could_issue(
    cast, client, blank
):
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)

    answer = fill_in(client, blank, typed(cast))

    assert answer.status_code == 302, "a draft is no issue; the refusal comes with the press"
    assert Draft.objects.get().version == 1


def test_a_page_that_is_far_too_large_is_refused(cast, client, blank):
    answer = client.post(address("issue", blank), {"provenance": "x" * 1_100_000})

    assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_an_issued_certificate_leaves_no_way_back_to_its_draft(cast, client):
    blank = drafted(cast)
    client.force_login(cast.issuer)
    Certificate.objects.get(pk=blank.pk)
    issued(cast, blank, actor=cast.issuer)

    answers = {
        route: client.get(address(route, blank)).status_code
        for route in ("issue", "read_back", "draft_pdf")
    }

    assert answers == {"issue": 409, "read_back": 409, "draft_pdf": 409}


def test_staff_hear_of_an_itn_that_stands_on_another_firms_certificate(cast, client):
    theirs = cast.issued(cast.firm_b)
    blank = cast.available()
    client.force_login(cast.issuer, backend="accounts.backends.EmailBackend")

    with written() as letters:
        answer = client.post(f"/certificates/{blank.display}/issue/", {"itn": theirs.itn})

    assert "USKPA staff are told of it" in answer.content.decode()
    assert [letter.recipient for letter in letters] == ["staff@uskpa.example"]
    assert theirs.display not in letters[0].text


def test_a_date_at_the_end_of_the_calendar_is_refused_and_the_draft_stays_usable(cast, client):
    blank = cast.available()
    client.force_login(cast.issuer, backend="accounts.backends.EmailBackend")

    answer = client.post(
        f"/certificates/{blank.display}/issue/", {"date_of_issue": "9999-12-31", "version": "0"}
    )

    assert answer.status_code == 422
    assert "Type a date such as" in answer.content.decode()
    assert client.get(f"/certificates/{blank.display}/issue/").status_code == 200
    assert client.get(f"/certificates/{blank.display}/draft.pdf").status_code == 200
