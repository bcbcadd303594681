"""Which rows the lists show: all of them, and after searching and filtering the right ones."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from django.db.models import Model

from accounts.models import Mail, User
from certificates.models import (
    Certificate,
    Country,
    Draft,
    Duty,
    Participant,
    Port,
    Price,
    PrinterCalibration,
    Receipt,
    ReceiptCounter,
)
from certificates.operations.drafting import save_draft
from journal import desk_list
from journal.models import Entry
from licensees.models import (
    AcknowledgmentText,
    Application,
    Contact,
    FeeAmount,
    Licensee,
    Paper,
    Reference,
    TrainingSession,
)
from licensees.operations.addresses import keep_party
from tests.cast import today
from tests.oversight.places import MODELS, desk_of, list_of, row_of
from tests.pages.reading import main, values


def listed(client, model: type[Model], **query: object) -> list[str]:
    """The first cells of the rows that a list shows."""
    address = list_of(model, f"?{urlencode(query)}")
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    bodies = main(answer).all("tbody")
    return [row.all("th")[0].text for row in bodies[0].all("tr")] if bodies else []


def told(*rows: Certificate) -> list[str]:
    return [row.display for row in sorted(rows, key=lambda row: -row.number)]


@pytest.fixture
def two_firms(cast):
    """A shipped certificate of firm A, and an issued one of the carrier for somebody else."""
    ours = cast.shipped()
    keep_party(
        cast.carrier,
        part="exporter",
        name="Nordlicht Rohsteine",
        address=cast.carrier.address,
        country="US",
        authority_reference="POA 1",
        authority_from=today() - dt.timedelta(days=7),
        actor=cast.carrier_issuer,
    )
    theirs = cast.issued(
        cast.carrier,
        exporter_name="Nordlicht Rohsteine",
        consignee_name="Ødegård & Sønner AS",
        consignee_country="NO",
        country_of_origin="",
        mixed_origin=True,
        hs_code="7102.10",
        provenance="KP 1, KP 2",
    )
    return ours, theirs


def test_a_list_shows_every_row_to_an_overseer(desk, rows):
    for model in MODELS:
        answer = desk.get(list_of(model))

        shown = answer.context["cl"]
        every = set(model._default_manager.all())
        assert shown.result_count == len(every)
        assert set(shown.result_list) <= every
        links = {link["href"] for link in main(answer).one("tbody").all("a")}
        assert links == {row_of(row) for row in shown.result_list}


def test_certificates_of_every_firm_and_of_none_are_listed_newest_number_first(desk, cast):
    blank, ours, theirs = cast.in_stock(), cast.available(), cast.issued(cast.carrier)

    assert listed(desk, Certificate) == told(blank, ours, theirs)


def test_a_line_names_the_parties_and_writes_its_figures_for_people(desk, two_firms):
    ours, _ = two_firms

    text = main(desk.get(list_of(Certificate))).one("tbody").text

    for words in (
        "Firm A (test)", "Nordlicht Rohsteine", "Ødegård & Sønner AS", "Israel (IL)",
        "Norway (NO)", "$12,345.67", "98.76 ct", "7102.10", "Shipped", "Issued",
    ):  # fmt: skip
        assert words in text, words
    assert f"{ours.shipped_on:%b} {ours.shipped_on.day}, {ours.shipped_on.year}" in text


NUMBER_FORMS = ("US{0}", "us {0}", "Us{0}", "US-{0}", "00{0}", "{0}", "  us{0}  ")


@pytest.mark.parametrize("form", NUMBER_FORMS)
def test_a_certificate_is_found_by_its_number_in_every_form(form, desk, cast):
    first, second = cast.in_stock(), cast.in_stock()

    assert listed(desk, Certificate, q=form.format(first.number)) == told(first)
    assert listed(desk, Certificate, q=form.format(second.number)) == told(second)


@pytest.mark.parametrize(
    "form", ["{0}", "AES {0}", "aes: {0}", "ITN {0}", "{1}", "  {0} ", "aes {1}"]
)
def test_a_certificate_is_found_by_its_itn_however_typed(form, desk, two_firms):
    ours, _ = two_firms

    assert listed(desk, Certificate, q=form.format(ours.itn, ours.itn.lower())) == told(ours)


def test_an_itn_must_fit_whole(desk, two_firms):
    ours, _ = two_firms

    assert listed(desk, Certificate, q=ours.itn[:-1]) == []


@pytest.mark.parametrize("words", ["ødegård", "sønner as", "Nordlicht", "rohsteine nord"])
def test_a_certificate_is_found_by_words_of_its_consignee_or_exporter(words, desk, two_firms):
    _, theirs = two_firms

    assert listed(desk, Certificate, q=words) == told(theirs)


@pytest.mark.parametrize("words", ["%", "_", "US0", "' OR 1=1 --", "<script>", "US1234567890"])
def test_a_search_that_finds_nothing_says_so(words, desk, two_firms):
    answer = desk.get(list_of(Certificate, f"?{urlencode({'q': words})}"))

    assert "Nothing found" in main(answer).text
    assert values(main(answer).one("form"))["q"] == words


def test_certificates_are_filtered(desk, cast, two_firms):
    ours, theirs = two_firms
    void = cast.voided()
    issued = theirs.date_of_issue

    for query, expected in (
        ({"status": "void"}, [void]),
        ({"status": "shipped"}, [ours]),
        ({"licensee": cast.carrier.pk}, [theirs]),
        ({"hs_code": "7102.10"}, [theirs]),
        ({"consignee_country": "NO"}, [theirs]),
        ({"mixed_origin": "1"}, [theirs]),
        ({"mixed_origin": "0"}, [ours, void]),
        ({"shipped_on_from": today()}, [ours]),
        ({"shipped_on_until": today() - dt.timedelta(days=1)}, []),
        ({"date_of_issue_from": issued, "date_of_issue_until": issued}, [ours, theirs, void]),
        ({"date_of_issue_from": issued + dt.timedelta(days=1)}, []),
        ({"licensee": cast.firm_a.pk, "status": "void"}, [void]),
        ({"receipt": ours.receipt_id}, [ours]),
        ({"issued_by": cast.carrier_issuer.pk, "status": ""}, [theirs]),
        ({"q": "Example Diamonds", "status": "void"}, [void]),
    ):
        assert listed(desk, Certificate, **query) == told(*expected), query


def test_the_form_keeps_what_was_chosen(desk, cast, two_firms):
    ours, _ = two_firms
    query = {
        "q": "Example",
        "status": "shipped",
        "licensee": str(cast.firm_a.pk),
        "shipped_on_from": today().isoformat(),
        "receipt": str(ours.receipt_id),
        "o": "0",
    }

    shown = main(desk.get(list_of(Certificate, f"?{urlencode(query)}")))

    sent = values(shown.one("form"))
    assert {name: value for name, value in sent.items() if value} == query
    assert "4 on" in shown.one("summary").text
    assert f"receipt Receipt {ours.receipt.number}" in shown.text


def test_the_list_can_be_sorted_and_stays_narrowed(desk, cast):
    first, second = cast.issued(), cast.issued()

    assert listed(desk, Certificate, o="0", status="issued") == [first.display, second.display]
    assert listed(desk, Certificate, o="-0", status="issued") == [second.display, first.display]
    links = main(desk.get(list_of(Certificate, "?status=issued"))).one("thead").all("a")
    assert all("status=issued" in link["href"] for link in links)


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Certificate, "?nonsense=1"),
        (Certificate, "?status=nonsense"),
        (Certificate, "?status__in=void,issued"),
        (Certificate, "?number__gte=1"),
        (Certificate, "?itn__regex=("),
        (Certificate, "?licensee=999999"),
        (Certificate, "?licensee__legal_name=Firm"),
        (Certificate, "?receipt=nonsense"),
        (Certificate, "?receipt=%00"),
        (Certificate, "?hs_code=7102"),
        (Certificate, "?mixed_origin=maybe"),
        (Certificate, "?shipped_on_from=yesterday"),
        (Certificate, "?shipped_on_from=2026-02-30"),
        (Certificate, "?date_of_issue_until=99999-01-01"),
        (Certificate, "?date_of_issue_until=9999-12-31"),
        (Entry, "?at_from=0001-01-01"),
        (Certificate, "?q=%00"),
        (Certificate, "?_to_field=itn"),
        (Entry, "?verb=certificate:melted"),
        (Entry, "?subject_id=%00"),
        (Entry, "?licensee_id=nonsense"),
        (Entry, "?at_from=now"),
        (Entry, "?hash__startswith=0"),
        (Duty, "?discharged_at=perhaps"),
    ],
)
def test_what_a_list_cannot_be_narrowed_by_is_refused(model, query, desk, rows):
    assert desk.get(list_of(model, query)).status_code == 400


@pytest.mark.parametrize("query", ["?p=x", "?o=99", "?o=-.x.1", "?all=", "?e=1", "?_popup=1"])
def test_odd_pages_and_orders_do_no_harm(query, desk, rows):
    assert desk.get(list_of(Certificate, query)).status_code == 200


def test_an_enormous_key_finds_nothing(desk, rows):
    assert listed(desk, Certificate, receipt=10**30) == []
    assert listed(desk, Entry, licensee_id=10**30) == []


@pytest.mark.parametrize("page", ["3", "0", "-1", "99999999999999999999"])
def test_a_page_that_the_list_does_not_have_is_refused(page, desk, cast, monkeypatch):
    monkeypatch.setattr("certificates.admin.CertificateAdmin.list_per_page", 1)
    for _ in range(2):
        cast.in_stock()

    assert len(listed(desk, Certificate, p="2")) == 1
    assert desk.get(list_of(Certificate, f"?p={page}")).status_code == 400


def test_more_rows_than_can_be_paged_through_are_admitted(desk, cast, monkeypatch):
    monkeypatch.setattr(desk_list, "LISTED_AT_MOST", 2)
    first, *_ = (cast.in_stock() for _ in range(3))

    answer = desk.get(list_of(Certificate))
    found = desk.get(list_of(Certificate, f"?q={first.number}"))

    assert "There are more than 2 certificates" in main(answer).text
    assert answer.context["cl"].result_count == 2
    assert "1 certificate " in main(found).text + " "
    assert first.display in main(found).text


def test_exactly_as_many_rows_as_can_be_paged_through_are_all_there(desk, cast, monkeypatch):
    monkeypatch.setattr(desk_list, "LISTED_AT_MOST", 2)
    for _ in range(2):
        cast.in_stock()

    text = main(desk.get(list_of(Certificate))).text

    assert "2 certificates" in text
    assert "more than" not in text


def test_drafts_and_duties_are_found_by_their_certificates_number(desk, cast):
    blank, other, shipped = cast.available(), cast.available(), cast.shipped()
    for row in (blank, other):
        save_draft(row, fields={"itn": "x"}, version=None, actor=cast.issuer)

    assert listed(desk, Draft, q=f"us {blank.number}") == [blank.display]
    owed = Duty.objects.filter(certificate=shipped)
    assert len(listed(desk, Duty, q=f"00{shipped.number}")) == owed.count() > 0
    assert listed(desk, Duty, q=blank.display) == []


def test_duties_are_told_apart_by_whether_they_are_owed(desk, cast):
    cast.voided()
    owed = Duty.objects.open().count()
    done = Duty.objects.exclude(discharged_at=None).count()
    assert owed
    assert done

    assert len(listed(desk, Duty, discharged_at="open")) == owed
    assert len(listed(desk, Duty, discharged_at="done")) == done


def test_a_receipt_is_found_by_its_number_and_by_a_certificate_it_sold(desk, cast):
    first, second = cast.available(), cast.available(cast.firm_b)

    assert listed(desk, Receipt, q=str(second.receipt.number)) == [str(second.receipt.number)]
    assert listed(desk, Receipt, q=first.display) == [str(first.receipt.number)]
    assert listed(desk, Receipt, q="us") == []
    assert listed(desk, Receipt, q="firm b") == [str(second.receipt.number)]


@pytest.mark.parametrize(
    ("model", "words", "expected"),
    [
        (User, "ISSUER-A", ["issuer-a@tests.example"]),
        (Licensee, "firm b", ["Firm B (test)"]),
        (Licensee, "00-0000066", ["Firm B (test)"]),
        (Contact, "issuer-b@", ["Issuer-B"]),
        (Participant, "nor", ["Norway"]),
    ],
)
def test_people_firms_and_participants_are_found_by_words(model, words, expected, desk, cast):
    assert cast.contact_a != cast.contact_b

    assert listed(desk, model, q=words) == expected


def test_users_are_filtered_by_office(desk, cast):
    assert cast.issuer.is_active
    assert not cast.inactive.is_active

    assert listed(desk, User, office="staff") == [cast.staff.email]
    assert listed(desk, User, agency="state") == [cast.overseer.email]
    assert listed(desk, User, is_active="0") == [cast.inactive.email]


def entries(client, **query: object) -> list[Entry]:
    numbers = [int(text) for text in listed(client, Entry, **query)]
    return [Entry.objects.get(pk=number) for number in numbers]


@pytest.mark.parametrize("form", NUMBER_FORMS)
def test_entries_are_found_by_a_certificates_number(form, desk, cast):
    row, _ = cast.issued(), cast.issued()

    found = entries(desk, q=form.format(row.number))

    assert [entry.verb for entry in found] == [
        "certificate:issued", "certificate:sold", "certificate:registered",
    ]  # fmt: skip
    assert {entry.subject_id for entry in found} == {str(row.number)}


def test_entries_are_found_by_actor_and_by_the_name_of_a_fact(desk, cast):
    cast.shipped()
    cast.issued(cast.carrier)

    by_actor = entries(desk, q="ISSUER-C@")
    assert {entry.actor for entry in by_actor} == {cast.carrier_issuer.email}
    for name in ("seal_number", "Seal number", " seal  number "):
        assert [entry.verb for entry in entries(desk, q=name)] == ["certificate:shipped"]
    assert entries(desk, q="no such thing") == []


def test_entries_are_filtered_by_verb_subject_and_day(desk, cast):
    cast.shipped()

    assert {e.verb for e in entries(desk, verb="certificate:sold")} == {"certificate:sold"}
    assert {e.subject for e in entries(desk, subject="receipt")} == {"receipt"}
    assert {e.licensee_id for e in entries(desk, licensee_id=cast.firm_a.pk)} == {cast.firm_a.pk}
    assert {e.actor_id for e in entries(desk, actor_id=cast.staff.pk)} == {cast.staff.pk}
    assert len(entries(desk, at_from=today(), at_until=today())) == Entry.objects.count()
    assert entries(desk, at_until=today() - dt.timedelta(days=1)) == []


def test_the_verbs_offered_are_those_recorded(desk, cast):
    cast.shipped()
    recorded = sorted(set(Entry.objects.values_list("verb", flat=True)))

    shown = main(desk.get(list_of(Entry)))

    offered = [option["value"] for option in shown.one("select", name="verb").all("option")]
    assert offered == ["", *recorded]
    assert "Certificate shipped" in shown.one("select", name="verb").text


def test_a_line_of_the_journal_says_who_did_what_to_what_for_whom_and_when(desk, cast):
    row = cast.issued()

    line = main(desk.get(list_of(Entry))).one("tbody").all("tr")[0].text

    for words in ("Certificate issued", f"certificate {row.number}", cast.issuer.email, "Firm A"):
        assert words in line, words
    assert re.search(r"\d{4}, \d{1,2}:\d\d:\d\d [AP]M E[SD]T", line)


# For everybody, or for the offices alone; and the first paper is an applicant's.
OF_NO_FIRM = {
    AcknowledgmentText, Application, Country, FeeAmount, Mail, Paper, Participant, Port, Price,
    PrinterCalibration, ReceiptCounter, Reference, TrainingSession,
}  # fmt: skip


@pytest.mark.parametrize("model", [m for m in MODELS if m is not Entry], ids=lambda m: m.__name__)
def test_behind_the_door_the_rows_are_still_those_the_reader_may_see(model, cast, rows, rf):
    """Were the door ever opened to a firm's people, they would see their own rows only."""
    request = rf.get("/")
    shown = {}
    for person in ("stranger", "issuer", "overseer"):
        request.user = getattr(cast, person)
        shown[person] = set(desk_of(model).get_queryset(request))
        assert shown[person] == set(model._default_manager.visible_to(request.user))

    assert shown["overseer"] == set(model._default_manager.all())
    if model not in OF_NO_FIRM:
        assert rows[model] not in shown["stranger"]
        assert rows[model] in shown["issuer"]
