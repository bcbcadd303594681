"""Address books: what an entry may say, a carrier's principals, and two who save one entry."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from certificates.forms.particulars import parties
from certificates.operations.issue import circumstances
from journal.errors import OperationRefused
from journal.models import Entry
from licensees.models import Paper, Party
from licensees.operations.addresses import change_party, keep_party, retire_party, seal_of
from licensees.operations.licensing import close, suspend
from licensees.verification import addresses as verification
from tests.at_once import one_after_the_other
from tests.cast import Cast, today
from tests.licensees.uploads import pdf_bytes, upload
from tests.pages.filling import drafted
from tests.unchanged import forbidden, journaled, refused

CONSIGNEE: dict[str, Any] = {
    "part": "consignee",
    "name": "Example Diamonds Ltd.",
    "address": "1 Example Road\nRamat Gan 52521",
    "country": "IL",
}
PRINCIPAL: dict[str, Any] = {
    "part": "exporter",
    "name": "Rough Exporters Inc.",
    "address": "1 Diamond Plaza\nNew York, NY 10036",
    "country": "US",
    "tax_id": "12-3456789",
    "authority_reference": "POA 2026/7",
    "authority_from": dt.date(2026, 1, 1),
    "authority_until": dt.date(2026, 12, 31),
}


def consignee(cast: Cast, **change: Any) -> Party:
    return keep_party(cast.firm_a, **{**CONSIGNEE, "actor": cast.issuer, **change})


def principal(cast: Cast, **change: Any) -> Party:
    return keep_party(cast.carrier, **{**PRINCIPAL, "actor": cast.carrier_issuer, **change})


def changed(party: Party, **change: Any) -> Party:
    """Save the entry again as it is, but for the change."""
    facts = {"name": party.name, "address": party.address, "country": party.country, "seen": None}
    return change_party(party, **{**facts, **change})


def authority_letter() -> UploadedFile:
    return upload("authority.pdf", pdf_bytes())


# ---- what an entry may say ----------------------------------------------------------------------

WRONG: list[Any] = [
    pytest.param({"name": " \n "}, "name_missing", "name", id="no name"),
    pytest.param({"name": "ダイヤ"}, "not_latin", "name", id="another script"),
    pytest.param({"address": "\t\n"}, "address_missing", "address", id="no address"),
    pytest.param({"address": "ул\n钻石"}, "not_latin", "address", id="script in the address"),
    pytest.param({"address": "a\nb\nc\nd\ne"}, "box_too_many_lines", "address", id="five lines"),
    pytest.param({"address": "x" * 46}, "box_line_too_long", "address", id="46 characters"),
    pytest.param({"country": "il"}, "country_malformed", "country", id="small letters"),
    pytest.param({"country": "ISR"}, "country_malformed", "country", id="three letters"),
    pytest.param({"country": "I\n"}, "country_malformed", "country", id="line end"),
    pytest.param({"country": "XX"}, "country_unknown", "country", id="no country"),
]
WRONG_OF_CONSIGNEE = [
    pytest.param({"tax_id": "1234"}, "tax_id_not_of_principal", "tax_id", id="tax id"),
    pytest.param(
        {"authority_reference": "POA"}, "authority_not_of_principal", "authority_reference",
        id="authority",
    ),
]  # fmt: skip
WRONG_OF_PRINCIPAL = [
    pytest.param({"tax_id": "123"}, "tax_id_malformed", "tax_id", id="tax id too short"),
    pytest.param({"tax_id": "12345678901234567890A"}, "tax_id_malformed", "tax_id", id="too long"),
    pytest.param({"tax_id": "12/3456789"}, "tax_id_malformed", "tax_id", id="another sign"),
    pytest.param({"tax_id": "１２３４５"}, "tax_id_malformed", "tax_id", id="other digits"),
    pytest.param(
        {"authority_reference": " "}, "authority_incomplete", "authority_reference",
        id="dates without a reference",
    ),
    pytest.param(
        {"authority_from": None}, "authority_incomplete", "authority_from", id="no first day"
    ),
    pytest.param(
        {"authority_until": dt.date(2025, 12, 31)}, "authority_dates_reversed", "authority_until",
        id="ends before it begins",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "field"), [*WRONG, *WRONG_OF_CONSIGNEE])
def test_a_consignee_that_cannot_be_printed_or_found_is_refused(
    cast: Cast, change: dict[str, Any], code: str, field: str
) -> None:
    assert cast.issuer
    party = consignee(cast, name="Kept before")

    with refused(code, field):
        consignee(cast, **change)
    with refused(code, field):
        changed(party, **change, actor=cast.issuer)


@pytest.mark.parametrize(("change", "code", "field"), [*WRONG, *WRONG_OF_PRINCIPAL])
def test_a_principal_with_wrong_facts_is_refused(
    cast: Cast, change: dict[str, Any], code: str, field: str
) -> None:
    assert cast.carrier_issuer
    party = principal(cast, name="Kept before")
    authority = {name: PRINCIPAL[name] for name in PRINCIPAL if name.startswith("authority")}

    with refused(code, field):
        principal(cast, **change)
    with refused(code, field):
        changed(party, **{**authority, **change}, actor=cast.carrier_issuer)


def test_an_ordinary_firm_keeps_no_principal(cast: Cast) -> None:
    assert cast.issuer

    with refused("principals_are_for_carriers"):
        consignee(cast, part="exporter")


def test_a_paper_without_an_authority_is_refused_and_not_kept(cast: Cast) -> None:
    assert cast.carrier_issuer
    nothing = {"authority_reference": None, "authority_from": None, "authority_until": None}

    with refused("authority_incomplete", "authority_reference"):
        principal(cast, **nothing, paper=authority_letter())


def test_a_paper_that_is_none_is_refused(cast: Cast) -> None:
    assert cast.carrier_issuer

    with refused("paper_not_what_it_says"):
        principal(cast, paper=upload("authority.png", pdf_bytes()))


def test_blanks_and_line_ends_are_tidied_as_on_the_paper(cast: Cast) -> None:
    party = consignee(
        cast, name="  Example \t Diamonds\nLtd. ", address="\r\n1  Road \r\n\r\nX\r\n"
    )

    assert (party.name, party.address) == ("Example Diamonds Ltd.", "1 Road\nX")


def test_an_entry_of_a_firm_whose_licence_ended_stays_as_it_is(cast: Cast) -> None:
    party = consignee(cast)
    close(
        cast.firm_a, outcome="surrendered", reason="Test", ended_on=today(),
        take_over_shipments=False, today=today(), actor=cast.staff,
    )  # fmt: skip

    with refused("licence_ended"):
        consignee(cast, name="Another Ltd.")
    with refused("licence_ended"):
        changed(party, name="Another Ltd.", actor=cast.issuer)


def test_a_suspended_firm_still_keeps_its_address_book(cast: Cast) -> None:
    party = consignee(cast)
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert changed(party, address="2 Road", actor=cast.issuer).address == "2 Road"


# ---- the tax id and the authority ---------------------------------------------------------------


def test_a_principal_is_kept_with_its_authority_and_the_paper_that_shows_it(cast: Cast) -> None:
    assert cast.carrier_issuer

    with journaled(("paper:kept", "paper", None), ("party:kept", "party", None)) as entries:
        party = principal(cast, tax_id=" 12-3456789 ", paper=authority_letter())

    party.refresh_from_db()
    assert {name: getattr(party, name) for name in PRINCIPAL} == PRINCIPAL
    paper = party.authority_paper
    assert paper == Paper.objects.get(purpose="authority", licensee=cast.carrier)
    assert entries[1].changes["authority_paper_id"] == [None, paper.pk]


def test_of_a_tax_id_the_journal_has_the_last_four_characters_at_most(cast: Cast) -> None:
    party = principal(cast)
    changed(party, tax_id="98-7656789", actor=cast.carrier_issuer)
    changed(party, tax_id="", actor=cast.carrier_issuer)

    entries = Entry.objects.filter(subject="party").order_by("id")
    told = [entry.changes.get("tax_id") for entry in entries]

    assert told == [[None, "…6789"], ["…6789", "…6789"], ["…6789", ""]]


def test_what_is_not_said_of_a_principal_stays(cast: Cast) -> None:
    party = principal(cast, paper=authority_letter())

    again = keep_party(
        cast.carrier,
        **{**{name: PRINCIPAL[name] for name in ("part", "name", "country")}, "address": "2 Plaza"},
        actor=cast.carrier_issuer,
    )

    again.refresh_from_db()
    assert again == party
    assert again.address == "2 Plaza"
    assert (again.tax_id, again.authority_reference, again.authority_paper) == (
        party.tax_id, party.authority_reference, party.authority_paper,
    )  # fmt: skip


def test_another_authority_leaves_the_old_paper_behind_and_new_days_do_not(cast: Cast) -> None:
    party = principal(cast, paper=authority_letter())
    days = {"authority_from": dt.date(2026, 1, 1), "authority_until": dt.date(2027, 12, 31)}

    party = changed(party, authority_reference="POA 2026/7", **days, actor=cast.carrier_issuer)
    assert party.authority_paper is not None

    party = changed(party, authority_reference="POA 2027/1", **days, actor=cast.carrier_issuer)
    assert party.authority_paper is None


def test_an_authority_is_taken_away_with_its_days_and_paper(cast: Cast) -> None:
    party = principal(cast, paper=authority_letter())

    changed(party, authority_reference="", actor=cast.carrier_issuer)

    party.refresh_from_db()
    assert (party.authority_reference, party.authority_from, party.authority_until) == (
        "", None, None,
    )  # fmt: skip
    assert party.authority_paper is None


# The days before, in and after an authority from today + first to today + last.
SPANS = [
    pytest.param(0, 0, True, id="today only"),
    pytest.param(-30, None, True, id="until withdrawn"),
    pytest.param(-30, 0, True, id="last day"),
    pytest.param(-30, -1, False, id="ended yesterday"),
    pytest.param(1, None, False, id="begins tomorrow"),
    pytest.param(None, None, False, id="none"),
]


def span(first: int | None, last: int | None) -> dict[str, Any]:
    if first is None:
        return dict.fromkeys(("authority_reference", "authority_from", "authority_until"))
    return {
        "authority_from": today() + dt.timedelta(days=first),
        "authority_until": None if last is None else today() + dt.timedelta(days=last),
    }


@pytest.mark.parametrize(("first", "last", "offered"), SPANS)
def test_the_issue_page_offers_a_principal_while_its_authority_is_in_force(
    cast: Cast, first: int | None, last: int | None, offered: bool
) -> None:
    party = principal(cast, **span(first, last))
    blank = drafted(cast, cast.carrier)

    assert [row["id"] for row in parties(blank, "exporter", today())] == [str(party.pk)] * offered
    assert party.has_authority_on(today()) is offered
    known = circumstances(blank, today=today()).exporters[party.name]
    assert known.authorizes_on(today()) is offered


def test_of_two_principals_of_one_name_the_later_authority_counts(cast: Cast) -> None:
    principal(cast, country="BE", **span(-10, None))
    principal(cast, **span(-5, None))
    principal(cast, country="IL", **span(None, None))
    blank = drafted(cast, cast.carrier)

    known = circumstances(blank, today=today()).exporters

    assert known[PRINCIPAL["name"]].country == "US"


@pytest.mark.parametrize(
    ("first", "last", "ends_soon"),
    [
        pytest.param(-9, 30, True, id="in thirty days"),
        pytest.param(-9, 31, False, id="in thirty-one days"),
        pytest.param(-9, 0, True, id="today"),
        pytest.param(-9, -1, False, id="ended"),
        pytest.param(1, 10, False, id="not begun"),
        pytest.param(-9, None, False, id="until withdrawn"),
    ],
)
def test_an_authority_ends_soon_in_its_last_thirty_days(
    cast: Cast, first: int, last: int | None, ends_soon: bool
) -> None:
    party = principal(cast, **span(first, last))

    assert party.ends_soon(today()) is ends_soon
    assert list(Party.objects.ending(today())) == [party] * ends_soon


# ---- changing an entry --------------------------------------------------------------------------


def test_a_changed_entry_is_journaled_with_what_differs(cast: Cast) -> None:
    party, colleague = consignee(cast), cast.colleague

    with journaled(("party:changed", "party", party.pk)) as entries:
        changed(party, name="Renamed Ltd.", country="BE", actor=colleague)

    assert entries[0].changes == {
        "name": ["Example Diamonds Ltd.", "Renamed Ltd."],
        "country": ["IL", "BE"],
    }


def test_saving_what_is_there_writes_nothing(cast: Cast) -> None:
    party = principal(cast)

    with journaled():
        changed(party, actor=cast.carrier_issuer)


def test_an_entry_does_not_become_another_one(cast: Cast) -> None:
    consignee(cast, name="Taken Ltd.")
    party = consignee(cast)

    with refused("party_exists", "name"):
        changed(party, name="Taken Ltd.", actor=cast.issuer)


def test_an_entry_taken_out_is_not_changed(cast: Cast) -> None:
    party = retire_party(consignee(cast), actor=cast.issuer)

    with refused("already_retired"):
        changed(party, address="2 Road", actor=cast.issuer)


@pytest.mark.parametrize("person", ["staff", "overseer", "administrator", "stranger", "inactive"])
def test_nobody_else_changes_an_entry(cast: Cast, person: str) -> None:
    party, actor = consignee(cast), getattr(cast, person)

    with forbidden():
        changed(party, address="2 Road", actor=actor)


@pytest.mark.parametrize(
    "change",
    [
        {"address": "2 Road"},
        {"tax_id": "98-7656789"},  # ends in the same four
        {"authority_reference": "POA 8", "authority_from": dt.date(2026, 1, 1)},
    ],
    ids=["address", "tax id", "authority"],
)
def test_an_entry_that_changed_since_it_was_opened_is_not_saved_over(
    cast: Cast, change: dict[str, Any]
) -> None:
    party, actor = principal(cast), cast.carrier_issuer
    seen = seal_of(party)
    changed(party, **change, actor=actor)

    with refused("entry_changed"):
        changed(party, name="Mine Inc.", seen=seen, actor=actor)
    changed(party, name="Mine Inc.", seen=seal_of(Party.objects.get()), actor=actor)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_one_entry_the_second_is_told(transactional_cast: Cast) -> None:
    cast = transactional_cast
    party, issuer, colleague = consignee(cast), cast.issuer, cast.colleague
    seen = seal_of(party)

    _, answer = one_after_the_other(
        lambda: changed(party, address="Mine", seen=seen, actor=issuer),
        lambda: changed(party, address="Theirs", seen=seen, actor=colleague),
    )

    assert isinstance(answer, OperationRefused)
    assert answer.code == "entry_changed"
    assert Party.objects.get().address == "Mine"


# ---- the database and the journal ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            {"tax_id": "12-3456789"}, "authority_is_a_principals", id="consignee's tax id"
        ),
        pytest.param({"part": "exporter", "authority_reference": "P"}, "whole", id="half"),
        pytest.param(None, "never deleted", id="deleted"),
    ],
)
def test_the_database_holds_an_entry_together(
    cast: Cast, change: dict[str, Any] | None, words: str
) -> None:
    rows = Party.objects.filter(pk=consignee(cast).pk)

    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        rows.delete() if change is None else rows.update(**change)


def test_the_database_keeps_no_paper_of_no_authority(cast: Cast) -> None:
    rows = Party.objects.filter(pk=principal(cast, paper=authority_letter()).pk)

    with pytest.raises(IntegrityError, match="paper_shows_an_authority"), transaction.atomic():
        rows.update(authority_reference="", authority_from=None, authority_until=None)
    with pytest.raises(IntegrityError, match="ends_after_it_began"), transaction.atomic():
        rows.update(authority_until=dt.date(2025, 12, 31))


def test_the_journal_and_the_rows_say_the_same_and_a_change_behind_its_back_is_found(
    cast: Cast,
) -> None:
    retire_party(consignee(cast), actor=cast.issuer)
    party = principal(cast)
    changed(party, name="Renamed Inc.", actor=cast.carrier_issuer)
    consignee(cast, address="Another address")
    assert list(verification.differences()) == []

    Party.objects.filter(pk=party.pk).update(authority_until=None)

    (line,) = verification.differences()
    assert "authority_until is None, the journal says '2026-12-31'" in line
