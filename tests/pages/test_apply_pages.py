"""The applicant's pages: what a key opens, what is kept of what was typed, how papers go out."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.uploads import LARGEST_REQUEST
from licensees.models import Application, Paper
from licensees.operations import applications, deciding
from licensees.operations.application_links import send_new_link
from licensees.papers import LARGEST
from licensees.states import Stage
from tests.cast import Cast
from tests.letters import written
from tests.licensees.applying import (
    FIRM,
    WAYS,
    applied,
    filled,
    key_of,
    started,
)
from tests.licensees.uploads import pdf_bytes, picture_bytes, upload
from tests.pages.reading import errors, main, values
from tests.unchanged import everything

TYPED = {
    **{fact: str(value) for fact, value in FIRM.items()},
    "in_business_since": "05/01/2015",
    "address": "5 Applicant Street\r\nNew York, NY 10036",
}


@pytest.fixture
def client(cast: Cast) -> Client:
    """A browser of somebody who never signs in."""
    return Client()


def at(row: Application, page: str = "overview", *more: Any) -> str:
    """The address of a page of an application."""
    return reverse(f"apply:{page}", args=[key_of(row), *more])


# The way in


def test_the_answer_is_the_same_whether_a_link_goes_out_or_not(client: Client) -> None:
    answers = []
    with written() as letters:
        for _ in range(7):
            answer = client.post("/apply/", {"email": "pat@applicant.example"}, follow=True)
            answers.append((answer.redirect_chain, main(answer).text))
    assert len(letters) == 5
    assert answers.count(answers[0]) == 7


def test_a_misspelt_address_comes_back(client: Client) -> None:
    answer = client.post("/apply/", {"email": "pat@"})
    assert answer.status_code == 422
    assert values(main(answer))["email"] == "pat@"
    assert "email" in errors(answer)


@pytest.mark.parametrize("page", ["overview", "firm", "references", "papers", "send", "withdraw"])
def test_no_other_key_opens_anything(client: Client, page: str) -> None:
    row = filled()
    key = key_of(row)
    for other in (key[:-1], key + "x", key.swapcase(), "x" * 43, row.key_hash, str(row.pk)):
        assert client.get(reverse(f"apply:{page}", args=[other])).status_code == 404


def test_the_link_before_a_new_one_opens_nothing(client: Client, cast: Cast) -> None:
    row = applied()
    before = at(row)
    send_new_link(row, actor=cast.staff)
    assert client.get(before).status_code == 404
    assert client.get(at(row)).status_code == 200


@pytest.mark.parametrize("page", ["overview", "firm", "references", "papers", "send", "withdraw"])
def test_pages_with_the_key_are_not_kept_and_tell_no_other_page_the_key(
    client: Client, page: str
) -> None:
    answer = client.get(at(filled(), page))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "strict-origin"


# Several sittings


def test_a_section_is_saved_half_filled_in_and_shown_again(client: Client) -> None:
    row = started()
    answer = client.post(at(row, "firm"), {"legal_name": "  Half   Gems ", "kind": "carrier"})
    assert answer.status_code == 302
    shown = values(main(client.get(at(row, "firm"))))
    assert (shown["legal_name"], shown["kind"], shown["ein"]) == ("Half Gems", "carrier", "")


def test_what_was_typed_is_what_is_kept(client: Client) -> None:
    row = started()
    assert client.post(at(row, "firm"), TYPED).status_code == 302
    row.refresh_from_db()
    assert {fact: getattr(row, fact) for fact in FIRM} == FIRM


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("ein", "123456789"),
        ("ein", "１２-3456789"),
        ("address", "P.O. Box 12"),
        ("address", "1\n2\n3\n4\n5"),
        ("legal_name", "鑽石"),
        ("legal_name", "x" * 257),
        ("state_of_incorporation", "ZZ"),
        ("email", "office@"),
        ("in_business_since", "soon"),
        ("in_business_since", "2099-01-01"),
        ("kind", "museum"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_malformed_is_refused_at_its_field_and_nothing_typed_is_lost(
    client: Client, field: str, typed: str
) -> None:
    row = started()
    before = everything()
    answer = client.post(at(row, "firm"), {**TYPED, field: typed})
    assert answer.status_code in (409, 422)
    assert set(errors(answer)) == {field}
    shown = values(main(answer))
    kept = {name: shown[name] for name in ("telephone", "fax", "contact_name", "ace_account")}
    assert kept == {name: TYPED[name] for name in kept}
    if field not in ("kind", "state_of_incorporation"):
        assert shown[field].replace("\r\n", "\n") == typed
    assert everything() == before


def test_all_malformed_facts_are_named_at_once(client: Client) -> None:
    row = started()
    answer = client.post(
        at(row, "firm"), {**TYPED, "ein": "1", "address": "PO Box 1", "email": "no"}
    )
    assert set(errors(answer)) == {"ein", "address", "email"}


@pytest.mark.parametrize("nasty", ["a\x00b", "\ud800", "9" * 20_000, "<script>alert(1)</script>"])
def test_nasty_text_makes_no_page_fail(client: Client, nasty: str) -> None:
    row = started()
    typed = nasty.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = client.post(at(row, "firm"), dict.fromkeys(TYPED, typed))
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content


def test_the_overview_names_what_is_missing_in_each_section(client: Client) -> None:
    text = main(client.get(at(started()))).text
    for words in ("the firm’s legal name", "a reference from the industry", "proof of two years"):
        assert words in text


def test_references_are_added_and_taken_out(client: Client) -> None:
    row = started()
    typed = {"name": "Lee", "firm": "Dealers", "reachable_at": "555"}
    assert client.post(at(row, "references"), typed).status_code == 302
    reference = row.references.get()
    answer = client.post(at(row, "take_out_reference", reference.pk), follow=True)
    assert "Lee is taken out." in answer.content.decode()
    assert not row.references.filter(withdrawn_at=None).exists()


def test_nobody_reaches_the_rows_of_another_application(client: Client) -> None:
    mine, other = started(), filled()
    for page, method, pk in (
        ("take_out_reference", client.post, other.references.get().pk),
        ("take_out_paper", client.post, other.papers.get().pk),
        ("paper", client.get, other.papers.get().pk),
    ):
        assert method(reverse(f"apply:{page}", args=[key_of(mine), pk])).status_code == 404
    assert other.papers.kept().exists()


# Papers


def test_a_paper_comes_back_as_a_download_and_nothing_in_it_runs(client: Client) -> None:
    row = started()
    file = SimpleUploadedFile("../tax \u202ereturn.pdf", pdf_bytes(), "text/html")
    assert client.post(at(row, "papers"), {"purpose": "other", "paper": file}).status_code == 302
    paper = row.papers.get()
    answer = client.get(at(row, "paper", paper.pk))
    assert answer.content == pdf_bytes()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-" + b"0" * LARGEST),
        ("a.pdf", b"<script>"),
        ("a.png", pdf_bytes()),
        ("a.jpg", picture_bytes("JPEG", 90, 90)[:300]),
        ("a.exe", b"MZ"),
    ],
    ids=["empty", "large", "script", "kind", "cut", "program"],
)
def test_an_upload_that_is_not_what_it_says_is_refused_at_its_field(
    client: Client, name: str, content: bytes
) -> None:
    row = started()
    before = everything()
    typed = {"purpose": "other", "paper": SimpleUploadedFile(name, content)}
    answer = client.post(at(row, "papers"), typed)
    assert answer.status_code in (409, 422)
    assert set(errors(answer)) == {"paper"}
    assert everything() == before


def test_a_request_that_is_far_too_large_is_refused_before_it_is_read(client: Client) -> None:
    row = started()
    url, kind = at(row, "papers"), "multipart/form-data; boundary=x"
    before = everything()
    answer = client.generic("POST", url, b"--x--", kind, CONTENT_LENGTH=str(LARGEST_REQUEST + 1))
    assert answer.status_code == 400
    assert everything() == before


def test_a_paper_that_was_taken_out_is_not_handed_out(client: Client) -> None:
    row = filled()
    paper = row.papers.get()
    assert client.post(at(row, "take_out_paper", paper.pk)).status_code == 302
    assert client.get(at(row, "paper", paper.pk)).status_code == 404


def test_a_paper_whose_file_is_gone_is_not_found(client: Client) -> None:
    row = filled()
    Paper.objects.update(stored_as="gone")
    assert client.get(at(row, "paper", row.papers.get().pk)).status_code == 404


# Sending in, and after


def test_everything_is_read_back_before_it_is_sent(client: Client) -> None:
    text = main(client.get(at(filled(), "send"))).text
    for words in ("Applicant Gems Inc.", "12-0000001", "05/01/2015", "Lee Dealer", "tax.pdf"):
        assert words in text


def test_sending_names_all_that_is_missing(client: Client) -> None:
    answer = client.post(at(started(), "send"), {"attested": "on"})
    assert answer.status_code == 409
    (summary,) = main(answer).all("div", role="alert")
    assert "the federal tax id (EIN)" in summary.text
    assert "proof of two years" in summary.text


def test_it_is_sent_with_a_tick_and_then_read_only(client: Client) -> None:
    row = filled()
    url = at(row, "send")
    assert set(errors(client.post(url))) == {"attested"}
    with written() as letters:
        assert client.post(url, {"attested": "on"}, follow=True).status_code == 200
    assert at(row) in letters[0].text
    for page in ("firm", "references", "papers", "send", "answer"):
        assert client.get(at(row, page)).status_code == 409
    assert client.post(at(row, "firm"), TYPED).status_code == 409
    assert client.post(url, {"attested": "on"}).status_code == 409


def test_what_staff_ask_for_is_shown_and_answered(client: Client, cast: Cast) -> None:
    row = applied()
    deciding.ask_for_more(row, wanted="A second\nreference", new_link=False, actor=cast.staff)
    assert "A second reference" in main(client.get(at(row))).text
    assert client.get(at(row, "references")).status_code == 200
    assert client.post(at(row, "answer"), {"note": "There"}).status_code == 302
    row.refresh_from_db()
    assert row.wanted == ""


@pytest.mark.parametrize("stage", Stage)
def test_the_status_page_says_how_it_stands(client: Client, cast: Cast, stage: Stage) -> None:
    row = WAYS[stage](cast.staff)
    answer = client.get(at(row))
    assert answer.status_code == 200
    assert stage.label in main(answer).text
    links = [link["href"] for link in main(answer).all("a")]
    assert (at(row, "withdraw") in links) is (
        stage not in (Stage.REJECTED, Stage.ACTIVE, Stage.WITHDRAWN)
    )


def test_withdrawing_asks_first(client: Client) -> None:
    row = filled()
    assert client.get(at(row, "withdraw")).status_code == 200
    assert Application.objects.get(pk=row.pk).stage == Stage.STARTED
    assert client.post(at(row, "withdraw")).status_code == 302
    assert client.get(at(row, "withdraw")).status_code == 409


def test_forms_are_taken_with_the_portals_own_token_only(cast: Cast) -> None:
    row = started()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(at(row, "firm"), TYPED).status_code == 403


# The staff's side


def test_the_list_is_narrowed_by_stage_and_name(cast: Cast) -> None:
    staff = Client()
    staff.force_login(cast.staff)
    rejected = WAYS[Stage.REJECTED](cast.staff)
    begun, waiting = filled(legal_name="Begun Gems"), applied(legal_name="Waiting Gems")
    expected = {
        "": {"Waiting Gems"},
        "?stage=all": {"Waiting Gems", rejected.legal_name},
        "?stage=rejected": {rejected.legal_name},
        "?stage=all&search=waiting": {"Waiting Gems"},
        "?stage=all&search=12-000": {"Waiting Gems", rejected.legal_name},
        "?stage=started": set(),
        "?stage=nonsense": set(),
    }
    for query, names in expected.items():
        shown = main(staff.get(f"/licensees/applications/{query}"))
        assert {cell.all("a")[0].text for cell in shown.all("th", scope="row")} == names, query
    assert staff.get(f"/licensees/applications/{begun.pk}/").status_code == 404
    assert staff.get(f"/licensees/applications/{waiting.pk}/").status_code == 200


def test_the_page_tells_the_story_and_one_next_step(cast: Cast) -> None:
    staff = Client()
    staff.force_login(cast.staff)
    steps = {
        Stage.APPLIED: "Take up",
        Stage.IN_REVIEW: "Record the Board’s decision",
        Stage.APPROVED: "Send the agreement",
        Stage.AGREEMENT_SENT: "Make the firm a licensee",
    }
    for number, (stage, label) in enumerate(steps.items()):
        row = WAYS[stage](cast.staff)
        shown = main(staff.get(f"/licensees/applications/{row.pk}/"))
        buttons = shown.all("a", class_="usa-button")
        assert [button.text for button in buttons] == [label], number
        assert "The applicant" in shown.text
        applications.withdraw(row)


@pytest.mark.parametrize("person", ["overseer", "reviewer", "administrator"])
def test_other_offices_read_and_find_no_button(cast: Cast, person: str) -> None:
    row = applied()
    reader = Client()
    reader.force_login(getattr(cast, person))
    shown = main(reader.get(f"/licensees/applications/{row.pk}/"))
    assert not shown.all("a", class_="usa-button")


def test_more_references_papers_and_entries_cost_no_more_queries(
    cast: Cast,
) -> None:
    staff = Client()
    staff.force_login(cast.staff)
    row = applied()
    url = f"/licensees/applications/{row.pk}/"
    staff.get(url)
    with CaptureQueriesContext(connection) as few:
        staff.get(url)
    deciding.ask_for_more(row, wanted="More", new_link=False, actor=cast.staff)
    for number in range(6):
        applications.add_reference(row, name=f"R{number}", firm="F", reachable_at="1")
        applications.add_paper(row, upload=upload(), purpose="other")
    with CaptureQueriesContext(connection) as many:
        staff.get(url)
    assert len(many) == len(few)


def test_the_list_costs_the_same_for_many(cast: Cast) -> None:
    staff = Client()
    staff.force_login(cast.staff)
    applied()
    url = "/licensees/applications/?stage=all"
    staff.get(url)
    with CaptureQueriesContext(connection) as few:
        staff.get(url)
    for number in range(5):
        applied(ein=f"12-000002{number}")
    with CaptureQueriesContext(connection) as many:
        staff.get(url)
    assert len(many) == len(few)


def test_the_front_pages_lead_to_applications(cast: Cast, client: Client) -> None:
    assert "/apply/" in [link["href"] for link in main(client.get("/")).all("a")]
    applied()
    client.force_login(cast.staff)
    assert "1 applications waiting" in main(client.get("/")).text


def test_a_day_typed_the_american_way_is_that_day(client: Client) -> None:
    row = started()
    client.post(at(row, "firm"), {**TYPED, "in_business_since": "2/3/2010"})
    row.refresh_from_db()
    assert row.in_business_since == dt.date(2010, 2, 3)
