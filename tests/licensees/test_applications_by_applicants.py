"""What an applicant can do with an application, and when."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Mail
from journal.models import Entry
from licensees.models import Application, Licensee
from licensees.operations import applications, completeness, deciding
from licensees.operations.application_links import (
    LINKS_A_DAY,
    digest,
    send_new_link,
    start,
)
from licensees.states import Stage
from tests.at_once import at_once
from tests.cast import Cast, today
from tests.letters import written
from tests.licensees.applying import (
    FIRM,
    PATH,
    WAYS,
    applied,
    filled,
    in_review,
    key_of,
    started,
)
from tests.licensees.uploads import upload
from tests.unchanged import forbidden, journaled, refused

YEAR = dt.timedelta(days=365)


# The link


def test_a_link_is_mailed_and_only_its_digest_kept(cast: Cast) -> None:
    with written() as letters:
        row = started("Pat@Applicant.example")
    key = key_of(row)
    assert [letter.recipient for letter in letters] == ["pat@applicant.example"]
    assert letters[0].is_personal
    assert row.key_hash == digest(key)
    assert not Application.objects.filter(key_hash__contains=key).exists()
    assert not Entry.objects.filter(changes__icontains=key).exists()


def test_one_address_gets_five_links_a_day(cast: Cast) -> None:
    for _ in range(LINKS_A_DAY):
        assert start(email="pat@applicant.example")
    with written() as letters:
        assert not start(email=" PAT@applicant.example ")
        assert start(email="other@applicant.example")
    assert [letter.recipient for letter in letters] == ["other@applicant.example"]
    Application.objects.update(started_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert start(email="pat@applicant.example")


def test_five_who_ask_at_once_do_not_get_six_links(transactional_cast: Cast) -> None:
    asking = [lambda: start(email="pat@applicant.example")] * (LINKS_A_DAY + 2)
    answers = at_once(asking)
    assert sorted(answers) == [False] * 2 + [True] * LINKS_A_DAY
    assert Application.objects.count() == LINKS_A_DAY


def test_a_new_link_replaces_the_one_before(cast: Cast) -> None:
    row = applied()
    before = key_of(row)
    with journaled(("application:link_sent", "application", row.pk)) as entries:
        send_new_link(row, actor=cast.staff)
    row.refresh_from_db()
    assert row.key_hash == digest(key_of(row)) != digest(before)
    assert entries[0].changes == {}


@pytest.fixture(autouse=True)
def people(request: pytest.FixtureRequest) -> None:
    """Those who act are there before anything is compared."""
    if "cast" in request.fixturenames:
        cast = request.getfixturevalue("cast")
        for person in ("staff", "overseer", "reviewer", "administrator", "issuer"):
            getattr(cast, person)


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.ACTIVE, Stage.WITHDRAWN])
def test_a_closed_application_gets_no_new_link(cast: Cast, stage: Stage) -> None:
    row = WAYS[stage](cast.staff)
    with refused("application_closed"):
        send_new_link(row, actor=cast.staff)


# Filling in


def test_a_section_is_saved_half_empty(cast: Cast) -> None:
    row = started()
    with journaled(("application:changed", "application", row.pk)) as entries:
        applications.save_firm(row, facts={"legal_name": "Half"}, today=today())
    assert entries[0].changes == {"legal_name": ["", "Half"]}
    assert entries[0].actor == ""
    with journaled():
        applications.save_firm(row, facts={"legal_name": "Half"}, today=today())


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "museum"}, "kind_unknown"),
        ({"ein": "123456789"}, "ein_malformed"),
        ({"ein": "12-34567890"}, "ein_malformed"),
        ({"ein": "x12-3456789"}, "ein_malformed"),
        ({"ein": "１２-3456789"}, "ein_malformed"),
        ({"state_of_incorporation": "ZZ"}, "state_unknown"),
        ({"state_of_incorporation": "ON"}, "state_unknown"),
        ({"address": "P.O. Box 12\nNew York, NY"}, "address_is_box"),
        ({"address": "PO Box 12"}, "address_is_box"),
        ({"address": "post office box 1"}, "address_is_box"),
        ({"address": "a\nb\nc\nd\ne"}, "box_too_many_lines"),
        ({"address": "x" * 200}, "box_line_too_long"),
        ({"legal_name": "鑽石"}, "not_latin"),
        ({"in_business_since": dt.date(2099, 1, 1)}, "in_business_in_future"),
    ],
    ids=lambda value: str(value),
)
def test_malformed_facts_are_refused_and_named(
    cast: Cast, facts: dict[str, Any], code: str
) -> None:
    row = started()
    with refused(code, next(iter(facts))):
        applications.save_firm(row, facts=facts, today=today())


def test_a_street_with_box_in_its_name_is_a_place(cast: Cast) -> None:
    row = applications.save_firm(
        started(), facts={"address": "12 Boxwood Road, Poboxville"}, today=today()
    )
    assert row.address


def test_references_are_named_whole_and_ten_at_most(cast: Cast) -> None:
    row = started()
    with refused("reference_unnamed"):
        applications.add_reference(row, name=" ", firm="F", reachable_at="1")
    for number in range(applications.MOST_REFERENCES):
        applications.add_reference(row, name=f"R{number}", firm="F", reachable_at="1")
    with refused("references_too_many"):
        applications.add_reference(row, name="R", firm="F", reachable_at="1")


def test_a_reference_is_taken_out_once_and_not_after_it_was_checked(cast: Cast) -> None:
    row = in_review(cast.staff)
    deciding.ask_for_more(row, wanted="Another reference", new_link=False, actor=cast.staff)
    other = applications.add_reference(row, name="R", firm="F", reachable_at="1")
    deciding.check_reference(
        row.references.order_by("pk")[0], checked_on=today(), outcome="Fine", today=today(),
        actor=cast.staff,
    )  # fmt: skip
    with refused("reference_checked"):
        applications.take_out_reference(row.references.order_by("pk")[0])
    applications.take_out_reference(other)
    with refused("reference_taken_out"):
        applications.take_out_reference(other)


def test_an_applicant_sends_only_papers_of_the_applicants_kinds(cast: Cast) -> None:
    row = started()
    with refused("purpose_unknown", "purpose"):
        applications.add_paper(row, upload=upload(), purpose="agreement")


def test_an_applicant_takes_out_no_paper_of_staff(cast: Cast) -> None:
    row = WAYS[Stage.AGREEMENT_SENT](cast.staff)
    deciding.ask_for_more(row, wanted="A paper", new_link=False, actor=cast.staff)
    with refused("not_editable"):
        applications.take_out_paper(row.papers.get(purpose="agreement"))


CHANGES: dict[str, Callable[[Application], Any]] = {
    "firm": lambda row: applications.save_firm(row, facts={"fax": "1"}, today=today()),
    "reference": lambda row: applications.add_reference(row, name="N", firm="F", reachable_at="1"),
    "reference-out": lambda row: applications.take_out_reference(row.references.get()),
    "paper": lambda row: applications.add_paper(row, upload=upload(), purpose="other"),
    "paper-out": lambda row: applications.take_out_paper(row.papers.get(purpose="business_proof")),
}
AFTER_THE_DECISION = (Stage.APPROVED, Stage.AGREEMENT_SENT)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.STARTED])
def test_nothing_changes_after_it_was_sent_in(cast: Cast, stage: Stage, change: str) -> None:
    row = WAYS[stage](cast.staff)
    with refused("not_editable"):
        CHANGES[change](row)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("stage", [Stage.APPLIED, Stage.IN_REVIEW, *AFTER_THE_DECISION])
def test_what_staff_ask_for_can_be_changed_after_the_decision_only_papers(
    cast: Cast, stage: Stage, change: str
) -> None:
    row = in_review(cast.staff) if stage == Stage.IN_REVIEW else WAYS[stage](cast.staff)
    deciding.ask_for_more(row, wanted="More", new_link=False, actor=cast.staff)
    if stage in AFTER_THE_DECISION and not change.startswith("paper"):
        with refused("not_editable"):
            CHANGES[change](row)
    else:
        CHANGES[change](row)


# Sending in


@pytest.mark.parametrize("fact", [fact for fact in FIRM if fact not in ("kind", "business")])
def test_every_fact_that_is_missing_is_named(cast: Cast, fact: str) -> None:
    row = filled(**{fact: None if fact == "in_business_since" else ""})
    with refused("application_incomplete") as refusal:
        applications.submit(row, attested=True, path=PATH, today=today())
    assert completeness.ASKED[fact] in refusal.value.detail


def test_all_that_is_missing_is_named_at_once(cast: Cast) -> None:
    row = started()
    with refused("application_incomplete") as refusal:
        applications.submit(row, attested=True, path=PATH, today=today())
    wanted = [*completeness.ASKED.values(), "reference", "two years in U.S. business"]
    assert all(words in refusal.value.detail for words in wanted)


def test_what_was_taken_out_is_missing(cast: Cast) -> None:
    row = filled()
    applications.take_out_reference(row.references.get())
    applications.take_out_paper(row.papers.get())
    missing = completeness.for_review(row)
    assert [item.section for item in missing] == ["references", "papers"]


@pytest.mark.parametrize(
    ("day", "since", "enough"),
    [
        (dt.date(2026, 11, 24), dt.date(2024, 11, 24), True),
        (dt.date(2026, 11, 24), dt.date(2024, 11, 25), False),
        (dt.date(2028, 2, 29), dt.date(2026, 2, 28), True),
        (dt.date(2028, 2, 29), dt.date(2026, 3, 1), False),
        (dt.date(2026, 2, 28), dt.date(2024, 2, 29), False),
        (dt.date(2026, 3, 1), dt.date(2024, 2, 29), True),
    ],
    ids=str,
)
def test_two_years_are_two_years(day: dt.date, since: dt.date, enough: bool) -> None:
    assert (since <= completeness.two_years_before(day)) is enough


def test_a_firm_younger_than_two_years_is_refused(cast: Cast) -> None:
    row = filled(in_business_since=today() - YEAR)
    with refused("two_years_missing", "in_business_since"):
        applications.submit(row, attested=True, path=PATH, today=today())


def test_a_firm_that_has_a_licence_or_had_one_is_refused(cast: Cast) -> None:
    row = filled(ein=cast.firm_a.ein)
    with refused("licensee_exists", "ein"):
        applications.submit(row, attested=True, path=PATH, today=today())
    assert Licensee.objects.filter(ein=row.ein).exists()


def test_nobody_applies_without_saying_that_it_is_true(cast: Cast) -> None:
    row = filled()
    with refused("attestation_missing", "attested"):
        applications.submit(row, attested=False, path=PATH, today=today())


def test_a_second_application_by_the_same_ein_is_refused_until_the_first_is_closed(
    cast: Cast,
) -> None:
    first, second = applied(), filled()
    with refused("application_exists", "ein"):
        applications.submit(second, attested=True, path=PATH, today=today())
    applications.withdraw(first)
    applications.submit(second, attested=True, path=PATH, today=today())


def test_of_two_sent_in_at_once_by_the_same_ein_one_is_taken(transactional_cast: Cast) -> None:
    rows = [filled(), filled()]
    answers = at_once(
        [
            lambda row=row: applications.submit(  # type: ignore[misc]
                row, attested=True, path=PATH, today=today()
            )
            for row in rows
        ]
    )
    assert [getattr(answer, "code", "") for answer in answers].count("application_exists") == 1
    assert Application.objects.filter(stage=Stage.APPLIED).count() == 1


def test_an_ein_is_not_changed_to_that_of_another_application(cast: Cast) -> None:
    applied(ein="12-0000009")
    row = applied()
    deciding.ask_for_more(row, wanted="Your EIN", new_link=False, actor=cast.staff)
    for ein, code in (("12-0000009", "application_exists"), ("", "ein_malformed")):
        with refused(code, "ein"):
            applications.save_firm(row, facts={"ein": ein}, today=today())


def test_sending_in_tells_the_applicant_and_staff(cast: Cast) -> None:
    row = filled()
    with written() as letters, journaled(("application:submitted", "application", row.pk)):
        applications.submit(row, attested=True, path=PATH, today=today())
    assert [letter.recipient for letter in letters] == [row.contact_email, settings.STAFF_EMAIL]
    assert PATH in letters[0].text
    assert letters[0].is_personal
    # Links and numbers only (domain 10.32).
    assert not any(row.legal_name in letter.text + letter.subject for letter in letters)
    with refused("wrong_stage"):
        applications.submit(row, attested=True, path=PATH, today=today())


# Answering and withdrawing


def test_an_answer_closes_it_again_and_tells_staff(cast: Cast) -> None:
    row = applied()
    with refused("nothing_wanted"):
        applications.answer(row, note="")
    deciding.ask_for_more(row, wanted="A fax number", new_link=False, actor=cast.staff)
    applications.save_firm(row, facts={"fax": "212 555 0111"}, today=today())
    with written() as letters, journaled(("application:answered", "application", row.pk)):
        applications.answer(row, note="Here it is")
    assert [letter.recipient for letter in letters] == [settings.STAFF_EMAIL]
    with refused("not_editable"):
        applications.save_firm(row, facts={"fax": "1"}, today=today())


def test_an_answer_that_leaves_something_out_is_refused(cast: Cast) -> None:
    row = applied()
    deciding.ask_for_more(row, wanted="A fax number", new_link=False, actor=cast.staff)
    applications.save_firm(row, facts={"fax": ""}, today=today())
    with refused("application_incomplete"):
        applications.answer(row, note="")
    applications.save_firm(row, facts={"fax": "none", "in_business_since": today()}, today=today())
    with refused("two_years_missing"):
        applications.answer(row, note="")


@pytest.mark.parametrize("stage", Stage)
def test_an_application_is_withdrawn_until_it_is_closed(cast: Cast, stage: Stage) -> None:
    row = WAYS[stage](cast.staff)
    if stage in (Stage.REJECTED, Stage.ACTIVE, Stage.WITHDRAWN):
        with refused("application_closed"):
            applications.withdraw(row)
        return
    with written() as letters:
        assert applications.withdraw(row).stage == Stage.WITHDRAWN
    heard = [letter.recipient for letter in letters]
    assert heard == ([] if stage == Stage.STARTED else [settings.STAFF_EMAIL])


# Staff steps are no business of others


@pytest.mark.parametrize("person", ["overseer", "reviewer", "administrator", "issuer"])
def test_only_staff_send_a_new_link_and_ask(cast: Cast, person: str) -> None:
    row = applied()
    with forbidden():
        send_new_link(row, actor=getattr(cast, person))
    with forbidden():
        deciding.ask_for_more(row, wanted="More", new_link=True, actor=getattr(cast, person))


def test_asking_with_a_new_link_mails_it_and_without_names_the_old(cast: Cast) -> None:
    row = applied()
    before = row.key_hash
    with refused("wanted_missing", "wanted"):
        deciding.ask_for_more(row, wanted=" ", new_link=True, actor=cast.staff)
    with written() as letters:
        deciding.ask_for_more(row, wanted="Secret gems", new_link=False, actor=cast.staff)
        deciding.ask_for_more(row, wanted="Secret gems", new_link=True, actor=cast.staff)
    row.refresh_from_db()
    assert ["/apply/" in letter.text for letter in letters] == [False, True]
    assert digest(key_of(row)) == row.key_hash != before
    assert not any("gems" in letter.text for letter in letters)
    assert Mail.objects.filter(pk=letters[1].pk, is_personal=True).exists()
