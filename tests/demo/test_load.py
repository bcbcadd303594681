"""The whole demonstration, loaded once: what the pages and the statistics will find in it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Mail, User
from accounts.offices import Agency, Office
from certificates.forms.particulars import ParticularsForm, read
from certificates.models import Certificate, Country, Draft, Duty, Receipt
from certificates.operations.issue import assess, circumstances
from certificates.states import Status
from journal import chain
from journal.models import Entry
from kpportal.demo import sign_ins
from kpportal.demo.load import load
from licensees.models import Contact, Licensee, Party
from licensees.standing import is_good
from reviews.models import Body, clocks
from reviews.schedule import ClockStatus
from tests.cast import today
from tests.unchanged import everything

PASSWORD = "of the demonstration"


class Loaded(NamedTuple):
    """What came of the loading, beside the rows."""

    lines: list[str]
    letters: int


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """Load everything into the test database and empty it again when the module is through."""
    with django_db_blocker.unblock():
        lines = list[str]()
        load(today=today(), password=PASSWORD, tell=lines.append)
        yield Loaded(lines, Mail.objects.count())
        call_command("flush", interactive=False, verbosity=0)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def user(email: str) -> User:
    return User.objects.get(email=email)


# --- The register -----------------------------------------------------------------------------


def shipped_in(year: int) -> list[Certificate]:
    return [
        row for row in Certificate.objects.all() if row.shipped_on and row.shipped_on.year == year
    ]


@pytest.mark.parametrize(
    ("year", "count", "carats", "value"),
    [
        pytest.param(2015, 1116, "1193281.70", "235818546.65", id="2015"),
        pytest.param(2016, 1081, "1192981.39", "789739812.55", id="2016"),
        pytest.param(2017, 1031, "1523692.43", "942670198.59", id="2017"),
        pytest.param(2018, 939, "1621700.15", "508559217.02", id="2018"),
    ],
)
def test_the_certificates_shipped_in_a_year_have_the_published_totals(
    year: int, count: int, carats: str, value: str
) -> None:
    rows = shipped_in(year)

    assert len(rows) == count
    assert sum(row.carat_weight for row in rows) == Decimal(carats)
    assert sum(row.value_usd for row in rows) == Decimal(value)


def test_those_shipped_in_2018_have_the_published_tables_by_subheading_and_partner() -> None:
    participants = dict(Country.objects.values_list("code", "participant_code"))
    carats: dict[str, Decimal] = defaultdict(Decimal)
    value: dict[str, Decimal] = defaultdict(Decimal)
    for row in shipped_in(2018):
        for key in (row.hs_code, participants[row.consignee_country]):
            carats[key] += row.carat_weight
            value[key] += row.value_usd

    assert carats["7102.10"] == Decimal("5439.83")
    assert carats["7102.21"] == Decimal("1058543.42")
    assert carats["7102.31"] == Decimal("557716.90")
    assert value["7102.10"] == Decimal("756874.46")
    assert value["7102.21"] == Decimal("15367173.09")
    assert value["7102.31"] == Decimal("492435169.47")
    assert (carats["IL"], value["IL"]) == (Decimal("498892.32"), Decimal("106160302.99"))
    assert (carats["EU"], value["EU"]) == (Decimal("457040.68"), Decimal("222808783.23"))
    assert carats["CA"] == Decimal("323779.12")
    assert value["IN"] == Decimal("30918670.29")


def test_certificates_stand_in_every_status_and_every_year_has_delivered_and_void_ones() -> None:
    rows = Certificate.objects.all()

    assert set(Counter(row.status for row in rows)) == set(Status)
    years = set(range(2015, today().year + 1))
    assert {row.delivered_on.year for row in rows if row.delivered_on} == years
    assert {row.voided_on.year for row in rows if row.voided_on} == years
    assert sum(row.is_expired(today()) for row in rows) == 1


def test_each_firm_holds_fifty_available_blanks_and_stock_is_left_to_sell() -> None:
    held = Counter(
        Certificate.objects.filter(status="available").values_list(
            "licensee__legal_name", flat=True
        )
    )

    assert len(held) == 16
    assert min(held.values()) >= 50
    assert Certificate.objects.filter(status="in_stock").count() >= 100


def test_numbers_and_receipts_rise_with_the_day_of_sale() -> None:
    taken_over = Entry.objects.filter(verb="certificate:taken_over").count()
    history = Certificate.objects.order_by("number")[:taken_over]
    sold = [row.date_of_sale for row in history]
    numbers = list(Receipt.objects.order_by("number").values_list("number", flat=True))

    assert history[0].number == 10001
    assert [row.number for row in history] == list(range(10001, 10001 + taken_over))
    assert sold == sorted(sold)
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_receipt_is_in_the_journal_with_its_numbers() -> None:
    entries = Entry.objects.filter(verb__in=["receipt:taken_over", "receipt:given"])
    told = {int(entry.subject_id): entry.changes["numbers"][1] for entry in entries}
    sold: dict[int, list[int]] = defaultdict(list)
    for receipt, number in Certificate.objects.filter(receipt__isnull=False).values_list(
        "receipt__number", "number"
    ):
        sold[receipt].append(number)
    # A sale that was taken back holds its blanks no more.
    for counter in Receipt.objects.filter(reverses__isnull=False).select_related("reverses"):
        sold[counter.reverses.number] += counter.numbers

    assert {receipt: sorted(numbers) for receipt, numbers in told.items()} == {
        receipt: sorted(numbers) for receipt, numbers in sold.items()
    }


def test_the_last_days_went_through_the_operations() -> None:
    verbs = Counter(Entry.objects.values_list("verb", flat=True))

    assert verbs["certificate:issued"] >= 40
    assert verbs["certificate:shipped"] >= 30
    assert verbs["certificate:delivered"] >= 10
    assert verbs["certificate:voided"] == 7  # two of them before they were sold
    assert Certificate.objects.filter(status="void", replacement__isnull=False).count() == 1


def test_licensing_and_custody_have_something_to_show() -> None:
    verbs = Counter(Entry.objects.values_list("verb", flat=True))

    assert verbs["application:submitted"] == 4
    assert verbs["agreement:signed"] == verbs["licensee:licensed"] == 16
    assert verbs["acknowledgment:signed"] >= 10
    assert verbs["training:held"] == 2
    assert verbs["stock:counted"] == 4
    assert verbs["receipt:countered"] == 1
    assert verbs["release:requested"] == 2
    firms = Licensee.objects.with_standing(today())
    good = [is_good(firm.standing_facts(today()), today=today()) for firm in firms]
    assert good.count(False) == 3


def test_duties_of_every_kind_are_open_and_discharged_and_some_are_late() -> None:
    duties = Duty.objects.all()

    assert {d.code for d in duties if d.discharged_at is None} == set(Duty.Code)
    assert {d.code for d in duties if d.discharged_at is not None} == set(Duty.Code)
    assert any(duty.is_late(today()) for duty in duties)
    assert any(duty.discharged_at is None and not duty.is_late(today()) for duty in duties)


# --- Drafts -----------------------------------------------------------------------------------


def judged(draft: Draft) -> tuple[set[str], set[str]]:
    """The codes of the problems and of the warnings that the issue page would show today."""
    row = draft.certificate
    facts, unreadable = read(ParticularsForm(draft.fields, certificate=row, today=today()))
    found = assess(row, facts, circumstances(row, today=today()))
    return (
        {finding.code for finding in (*unreadable, *found.problems)},
        {finding.code for finding in found.warnings},
    )


def test_firm_a_has_a_draft_that_can_be_issued_as_it_is() -> None:
    drafts = Draft.objects.filter(edited_by__email="issuer@firm-a.example")

    assert (set(), set()) in [judged(draft) for draft in drafts]


def test_the_managers_draft_is_full_of_mistakes() -> None:
    (draft,) = Draft.objects.filter(edited_by__email="manager@firm-a.example")

    problems, warnings = judged(draft)

    assert {
        "itn_exemption",
        "origin_and_mixed",
        "destination_not_participant",
        "expiry_too_late",
    } <= problems
    assert "value_per_carat" in warnings


def test_a_replacement_begins_with_the_facts_of_the_certificate_it_replaces() -> None:
    void = Certificate.objects.get(replacement__isnull=False)

    assert void.replacement is not None
    fields = Draft.objects.get(certificate=void.replacement).fields
    assert fields["consignee_name"] == void.consignee_name
    assert "itn" not in fields


# --- Firms and people -------------------------------------------------------------------------


def test_there_are_sixteen_firms_four_of_them_carriers() -> None:
    assert Counter(Licensee.objects.values_list("kind", flat=True)) == {
        "ordinary": 12,
        "carrier": 4,
    }


def test_one_firm_is_suspended_another_owes_its_fee_and_both_hold_certificates() -> None:
    failing = {
        firm.legal_name[:9].strip(): [r.code for r in firm.standing_reasons(today()) if not r.holds]
        for firm in Licensee.objects.all()
    }

    assert {name: codes for name, codes in failing.items() if codes} == {
        "Carrier L": ["all_accounted"],
        "Firm J La": ["fee_paid"],
        "Firm N Te": ["licence_active"],
    }
    delivered = Certificate.objects.filter(status="delivered")
    assert delivered.values("licensee").distinct().count() == 16


def test_every_firm_has_consignees_in_its_address_book_and_carriers_their_principals() -> None:
    for firm in Licensee.objects.all():
        parts = Counter(Party.objects.filter(licensee=firm).values_list("part", flat=True))
        assert parts["consignee"] >= 5
        assert parts["exporter"] == (8 if firm.is_carrier else 0)


@pytest.mark.parametrize(
    ("email", "office", "agency"),
    [
        ("issuer@firm-a.example", "", ""),
        ("manager@firm-a.example", "", ""),
        ("issuer@firm-b.example", "", ""),
        ("issuer@carrier-c.example", "", ""),
        ("staff@uskpa.example", Office.STAFF, ""),
        ("staff2@uskpa.example", Office.STAFF, ""),
        ("overseer@state.example", Office.OVERSEER, Agency.STATE),
        ("overseer@census.example", Office.OVERSEER, Agency.CENSUS),
        ("admin@uskpa.example", Office.ADMINISTRATOR, ""),
    ],
)
def test_the_sign_ins_that_always_exist(email: str, office: str, agency: str) -> None:
    found = user(email)

    assert authenticate(email=email, password=PASSWORD) == found
    assert (found.office, found.agency) == (office, agency)
    assert found.name.startswith("Demo ")


def test_every_sign_in_that_is_printed_works_and_every_firm_has_an_issuer() -> None:
    for _, email in sign_ins():
        assert authenticate(email=email, password=PASSWORD) == user(email)
    issuers = Contact.objects.current().filter(role="issuer", user__is_demonstration=True)
    assert set(issuers.values_list("licensee", flat=True)) == set(
        Licensee.objects.values_list("pk", flat=True)
    )
    assert user("issuer@firm-d.example").contacts.count() == 2


def test_nobody_signs_in_where_no_demonstration_was_announced() -> None:
    with override_settings(DEMONSTRATION=False, DEBUG=False):
        assert authenticate(email="staff@uskpa.example", password=PASSWORD) is None


def test_no_letter_was_sent_to_people_who_do_not_exist(loaded: Loaded) -> None:
    assert loaded.letters == 0


def test_the_loading_says_what_it_does(loaded: Loaded) -> None:
    assert len(loaded.lines) >= 5
    assert any("certificates since 2015" in line for line in loaded.lines)


# --- Reviews ----------------------------------------------------------------------------------


def test_both_bodies_have_clocks_that_are_ok_due_soon_scheduled_and_overdue() -> None:
    found = clocks(user("overseer@state.example"), today())

    assert {(clock.body, clock.status) for clock in found} == {
        (body, status) for body in Body for status in ClockStatus
    }


# --- The journal, and again -------------------------------------------------------------------


def test_the_journal_is_whole_and_agrees_with_every_certificate() -> None:
    call_command("verify_journal", verbosity=0, stdout=None)


def test_loading_again_changes_nothing() -> None:
    before = everything()

    load(today=today() + dt.timedelta(days=1), password=PASSWORD)

    assert everything() == before


def test_a_new_password_is_everybodys_and_nothing_else_changes() -> None:
    head = chain.read().head

    load(today=today(), password="another one of it")

    for _, email in sign_ins():
        assert authenticate(email=email, password="another one of it")
        assert authenticate(email=email, password=PASSWORD) is None
    assert chain.read().head == head
