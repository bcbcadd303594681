"""The read-back: what is attested is what was drafted, and it is issued once."""

import datetime as dt
import re

import pytest

from accounts.models import User
from certificates import attestation
from certificates.models import Certificate, Draft, Participant
from certificates.operations.drafting import save_draft
from certificates.operations.shipping import ship
from certificates.operations.voiding import void
from journal.models import Entry
from licensees.operations.licensing import suspend
from licensees.operations.people import dismiss
from tests.at_once import one_after_the_other
from tests.cast import fresh_itn, today
from tests.pages.filling import FORMULA, MARKUP, address, drafted, issued, redraft
from tests.pages.reading import errors, main, pdf_text, values
from tests.routes import browser_of


@pytest.fixture
def blank(cast, client) -> Certificate:
    """A blank of firm A with a lawful draft, its issuer being signed in."""
    client.force_login(cast.issuer)
    return drafted(cast)


def attest(client, row, **changes):
    """Tick the attestation and press the button."""
    version = row.draft.version if hasattr(row, "draft") else 0
    answers = {"draft_version": version, "attested": "on", **changes}
    return client.post(address("read_back", row), answers)


def facts_shown(answer) -> dict[str, str]:
    """Label and text of everything on the paper and beside it."""
    shown = main(answer)
    pairs = {}
    for entry in shown.all("dl"):
        for group in entry.all("div"):
            pairs[group.one("dt").text] = " | ".join(
                re.split(r"\s*\n\s*", "\n".join(_lines(group.one("dd"))))
            )
    pairs["ITN"] = shown.all("p", class_="issue-itn")[0].text
    return pairs


def _lines(element):
    line = ""
    for part in element.inside:
        if isinstance(part, str):
            line += part
        elif part.tag == "br":
            yield line.strip()
            line = ""
        else:
            line += part.text
    yield line.strip()


# ---- what is shown ------------------------------------------------------------------------------


def test_the_facts_of_the_draft_stand_there_in_printed_form(cast, client):
    client.force_login(cast.issuer)
    serial = fresh_itn(today())
    blank = drafted(
        cast,
        itn=f" aes {serial[:1]} {serial[1:9]}-{serial[9:]} ",
        date_of_issue=today().strftime("%m/%d/%Y"),
        value_usd="$ 1,234,567.8",
        carat_weight="1234.5",
        hs_code="7102.31",
        consignee_name="  Diamantslijperij   De Schelde N.V. ",
        consignee_address="\r\nHoveniersstraat 22\r\n\r\n2018  Antwerpen\r\n",
        consignee_country="IL",
        number_of_parcels="3",
        planned_ship_on="",
        provenance="GB 1234",
        waybill="020-12345675",
    )
    expires = today() + dt.timedelta(days=60)

    answer = client.get(address("read_back", blank))

    assert answer.status_code == 200
    shown = facts_shown(answer)
    assert shown == {
        "ITN": serial,
        "Date of issue": f"{today():%m/%d/%Y}",
        "Date of expiry": f"{expires:%m/%d/%Y}",
        "Value in U.S. $": "$1,234,567.80",
        "Exporter": "Firm A (test) | 65 Example Street | New York, NY 10036",
        "Number of parcels": "3",
        "Ultimate consignee": (
            "Diamantslijperij De Schelde N.V. | Hoveniersstraat 22 | 2018 Antwerpen | Israel"
        ),
        "Carat weight/mass": "1,234.50\xa0ct",
        "Issuing authority": "United States Kimberley Process Authority",
        "Harmonized commodity code": "7102.31",
        "Licensee": "Firm A (test)",
        "Port of export": shown["Port of export"],
        "Provenance": "GB 1234",
        "Air waybill": "020-12345675",
    }
    assert "(4701)" in shown["Port of export"]
    assert f"US{blank.number} Country of origin Botswana" in main(answer).text


def test_mixed_origin_is_four_asterisks(cast, client):
    client.force_login(cast.issuer)
    blank = drafted(cast, mixed_origin="on", country_of_origin="")

    assert "Country of origin ****" in main(client.get(address("read_back", blank))).text


def test_what_is_read_back_is_what_is_issued_and_what_is_printed(cast, client, blank):
    before = facts_shown(client.get(address("read_back", blank)))
    preview = pdf_text(client.get(address("draft_pdf", blank)).content)

    assert attest(client, blank).status_code == 302

    original = pdf_text(client.get(address("pdf", blank)).content)
    assert preview.replace("NOT ISSUED", "").split() == original.split()
    for label in ("Date of issue", "Date of expiry", "ITN", "Harmonized commodity code"):
        assert before[label] in original
    row = Certificate.objects.get(pk=blank.pk)
    assert before["ITN"] == row.itn
    assert before["Value in U.S. $"] == f"${row.value_usd:,}"


def test_the_attestation_is_shown_with_its_version_and_nothing_is_ticked(client, blank):
    answer = client.get(address("read_back", blank))

    shown = main(answer)
    assert shown.one("blockquote").text == " ".join(attestation.TEXT.split())
    assert f"Version {attestation.VERSION}." in shown.text
    form = shown.one("form", data_once="")
    assert values(form).keys() == {"csrfmiddlewaretoken", "draft_version"}
    assert form.one("button").text == f"Issue US{blank.number}"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"itn": ""}, id="no ITN"),
        pytest.param({"value_usd": "a lot"}, id="unreadable value"),
        pytest.param({"consignee_country": "RU"}, id="destination held"),
    ],
)
def test_an_unlawful_draft_leads_back_to_the_page(cast, client, blank, changes):
    redraft(cast, blank, **changes)

    for answer in (client.get(address("read_back", blank)), attest(client, blank)):
        assert (answer.status_code, answer["Location"]) == (302, address("issue", blank))
    blank.refresh_from_db()
    assert blank.status == "available"


def test_without_a_draft_there_is_nothing_to_read_back(cast, client):
    client.force_login(cast.issuer)
    blank = cast.available()

    for answer in (client.get(address("read_back", blank)), attest(client, blank)):
        assert (answer.status_code, answer["Location"]) == (302, address("issue", blank))


# ---- issue --------------------------------------------------------------------------------------


def test_attested_it_is_issued_once_and_the_page_tells_its_history(cast, client, blank):
    answer = attest(client, blank)

    assert (answer.status_code, answer["Location"]) == (302, address("detail", blank))
    row = Certificate.objects.get(pk=blank.pk)
    assert (row.status, row.issued_by, row.attestation) == (
        "issued", cast.issuer, attestation.VERSION,
    )  # fmt: skip
    detail = main(client.get(address("detail", blank)))
    assert f"US{blank.number} is issued. Print it" in detail.text
    history = detail.one("section", aria_labelledby="history").text
    assert "Issued" in history
    assert "issuer-a@tests.example" in history
    assert Entry.objects.filter(verb="certificate:issued").count() == 1


def test_without_the_attestation_nothing_is_issued(client, blank):
    answer = attest(client, blank, attested="")

    assert answer.status_code == 422
    assert errors(answer) == {"attested": "Tick the attestation to issue."}
    assert not Entry.objects.filter(verb="certificate:issued").exists()


@pytest.fixture
def doubtful(cast, client) -> Certificate:
    """A blank whose draft is lawful and has two warnings."""
    client.force_login(cast.issuer)
    return drafted(cast, consignee_country="BE", number_of_parcels="51")


def test_each_warning_wants_a_reason_of_its_own(client, doubtful):
    shown = main(client.get(address("read_back", doubtful)))
    labels = {label["for"]: label.text for label in shown.all("label")}
    assert "goods sent to belgium are often passed on" in (
        labels["id_reason_transshipment_hub"].lower()
    )

    answer = attest(client, doubtful, reason_many_parcels="A sorted lot")

    assert answer.status_code == 422
    assert set(errors(answer)) == {"reason_transshipment_hub"}
    form = main(answer).one("form", data_once="")
    assert values(form)["reason_many_parcels"] == "A sorted lot", "typed once is enough"
    assert values(form)["attested"] == "on"


@pytest.mark.parametrize("reason", ["   ", "\t\n", ""])
def test_blanks_are_no_reason(client, doubtful, reason):
    answer = attest(client, doubtful, reason_many_parcels="x", reason_transshipment_hub=reason)

    assert answer.status_code == 422
    assert not Entry.objects.filter(verb="certificate:issued").exists()


def test_with_reasons_it_is_issued_and_they_are_kept(client, doubtful):
    answer = attest(
        client,
        doubtful,
        reason_many_parcels="A sorted lot",
        reason_transshipment_hub="The buyer cuts there",
    )

    assert answer.status_code == 302
    doubtful.refresh_from_db()
    assert doubtful.acknowledged_warnings == {
        "many_parcels": "A sorted lot",
        "transshipment_hub": "The buyer cuts there",
    }
    assert "The buyer cuts there" in main(client.get(address("detail", doubtful))).text


def test_a_warning_that_came_up_meanwhile_is_asked_about_and_not_passed_over(
    cast, client, doubtful
):
    """The page was open when the certificate had no warnings; now its date of issue is old."""
    row = redraft(
        cast,
        doubtful,
        date_of_issue=(today() - dt.timedelta(days=9)).isoformat(),
        itn=fresh_itn(today() - dt.timedelta(days=9)),
        consignee_country="IL",
        number_of_parcels="1",
    )
    answer = attest(client, row)

    assert answer.status_code == 422
    assert "reason_issue_date_old" in errors(answer)


# ---- who was first ------------------------------------------------------------------------------


def test_the_second_press_is_told_who_issued_it_and_when(cast, client, blank):
    assert attest(client, blank).status_code == 302

    answer = attest(client, blank)

    assert answer.status_code == 409
    assert f"US{blank.number} was issued by Issuer-A on {today():%m/%d/%Y}" in main(answer).text
    assert main(answer).one("a", href=address("detail", blank))
    assert Entry.objects.filter(verb="certificate:issued").count() == 1


def test_another_contact_of_the_firm_is_told_too(cast, client, blank):
    client.force_login(cast.colleague)
    page = client.get(address("read_back", blank))
    issued(cast, blank, actor=cast.issuer)

    answer = client.post(
        address("read_back", blank),
        {**values(main(page).one("form", data_once="")), "attested": "on"},
    )

    assert answer.status_code == 409
    assert "was issued by Issuer-A" in main(answer).text
    assert Certificate.objects.get(pk=blank.pk).issued_by == cast.issuer


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_the_same_moment_one_issues_and_the_other_is_told_who_did(cast):
    row = drafted(cast)
    ours, theirs = browser_of(cast, "issuer"), browser_of(cast, "colleague")

    first, second = one_after_the_other(lambda: attest(ours, row), lambda: attest(theirs, row))

    assert (first.status_code, second.status_code) == (302, 409)
    assert f"US{row.number} was issued by Issuer-A on" in main(second).text
    assert main(second).one("a", href=address("detail", row))
    assert not main(second).all("form"), "there is nothing left to press"
    assert Entry.objects.filter(verb="certificate:issued").count() == 1


@pytest.mark.parametrize("status", ["shipped", "void"])
def test_what_happened_after_the_issue_is_said_as_well(cast, client, blank, status):
    row = issued(cast, blank, actor=cast.issuer)
    if status == "shipped":
        ship(row, shipped_on=today(), seal_number="S", today=today(), actor=cast.issuer)
    else:
        void(
            row,
            reason="damaged",
            notes="",
            form_disposition="destroyed",
            replacement=None,
            today=today(),
            actor=cast.issuer,
        )

    for method in (client.get, client.post):
        answer = method(address("read_back", blank))
        assert answer.status_code == 409
        assert {"shipped": "was shipped on", "void": "was voided by Issuer-A"}[status] in (
            main(answer).text
        )


def test_a_draft_changed_after_the_read_back_is_not_issued(cast, client, blank):
    page = client.get(address("read_back", blank))
    save_draft(blank, fields={"value_usd": "99999.00"}, version=None, actor=cast.colleague)

    answer = client.post(
        address("read_back", blank),
        {**values(main(page).one("form", data_once="")), "attested": "on"},
    )

    assert answer.status_code == 409
    assert "Colleague-A changed this draft on" in main(answer).text
    assert "Read the certificate back again" in main(answer).text
    assert main(answer).one("a", href=address("read_back", blank))
    blank.refresh_from_db()
    assert blank.status == "available"


@pytest.mark.parametrize("version", ["", "x", "-1", "99", "9" * 30, "1\x00"])
def test_a_page_of_no_known_version_issues_nothing(client, blank, version):
    answer = attest(client, blank, draft_version=version)

    assert answer.status_code in (409, 422)
    blank.refresh_from_db()
    assert blank.status == "available"


def test_a_firm_suspended_meanwhile_is_refused_with_the_reason(cast, client, blank):
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)

    answer = attest(client, blank)

    assert answer.status_code == 409
    alert = main(answer).one("div", role="alert").text
    assert "The licence of Firm A (test) is suspended." in alert
    assert "(USKPA licence agreement)" in alert
    blank.refresh_from_db()
    assert blank.status == "available"


def test_a_destination_closed_meanwhile_leads_back_to_the_page(client, blank):
    Participant.objects.filter(code="IL").update(valid_to=today() - dt.timedelta(days=1))

    answer = attest(client, blank)

    assert (answer.status_code, answer["Location"]) == (302, address("issue", blank))
    blank.refresh_from_db()
    assert blank.status == "available"


def test_an_itn_used_meanwhile_leads_back_to_the_page(cast, client):
    client.force_login(cast.issuer)
    itn = fresh_itn(today())
    blank = drafted(cast, itn=itn)
    cast.issued(cast.firm_b, itn=itn)

    answer = attest(client, blank)

    assert (answer.status_code, answer["Location"]) == (302, address("issue", blank))
    assert "another firm" in errors(client.post(address("issue", blank), {
        **values(main(client.get(address("issue", blank))).one("form", data_draft="")),
    }))["itn"]  # fmt: skip


def test_a_dismissed_contact_is_signed_out_and_no_longer_knows_the_page(cast, client, blank):
    dismiss(cast.contact_a, actor=cast.staff)

    for answer in (client.get(address("read_back", blank)), attest(client, blank)):
        assert answer["Location"].startswith("/account/login/")
    client.force_login(User.objects.get(pk=cast.issuer.pk))
    assert client.get(address("read_back", blank)).status_code == 404
    assert attest(client, blank).status_code == 404


# ---- markup and formulas ------------------------------------------------------------------------


def test_markup_and_formulas_are_only_ever_text(cast, client):
    """Typed by a carrier, which chooses every text, and read on every page that shows it."""
    client.force_login(cast.carrier_issuer)
    row = drafted(
        cast,
        cast.carrier,
        exporter_name=f"{FORMULA}{MARKUP}",
        exporter_address=f"1 {FORMULA}\n{MARKUP}",
        consignee_name=f"{MARKUP}{FORMULA}",
        consignee_address=f"{MARKUP}\n{FORMULA}",
        consignee_country="BE",
        provenance=f"{FORMULA} {MARKUP}",
        waybill=MARKUP,
        ftz_number=FORMULA,
    )
    pages = [client.get(address("issue", row)), client.get(address("read_back", row))]
    pages.append(client.post(address("issue", row), {"provenance": MARKUP, "version": 0}))
    row = Certificate.objects.get(pk=row.pk)
    shown = main(pages[1])
    reasons = {
        label["for"].removeprefix("id_"): f"{MARKUP} {FORMULA}"
        for label in shown.all("label")
        if label["for"].startswith("id_reason_")
    }
    assert len(reasons) == 2

    assert attest(client, row, **reasons).status_code == 302

    row.refresh_from_db()
    ship(row, shipped_on=today(), seal_number=MARKUP, today=today(), actor=cast.carrier_issuer)
    pages += [
        client.get(address("detail", row)),
        client.get("/certificates/", {"search": MARKUP}),
        client.get("/certificates/", {"consignee": MARKUP, MARKUP: MARKUP}),
        client.get("/certificates/"),
        client.get("/"),
        client.get("/duties/"),
    ]
    original = pdf_text(client.get(address("pdf", row)).content)
    client.force_login(cast.overseer)
    pages += [
        client.get(address("detail", row)),
        client.get(f"/admin/certificates/certificate/{row.pk}/change/"),
        client.get("/admin/certificates/certificate/", {"q": MARKUP}),
        client.get("/admin/journal/entry/"),
        client.get(f"/admin/journal/entry/{Entry.objects.latest('id').pk}/change/"),
    ]

    for answer in pages:
        content = answer.content.decode()
        where = answer.request["PATH_INFO"]
        assert answer.status_code in (200, 400, 409), where
        assert "<script>alert" not in content, where
        assert "<b>&amp;" not in content, where
    assert MARKUP in main(pages[0]).one("textarea", name="consignee_address").raw
    detail = main(pages[3]).text
    for text in (f"{FORMULA}{MARKUP}", f"{FORMULA} {MARKUP}", f"seal {MARKUP}"):
        assert text in detail
    assert original.count(MARKUP) == 4
    assert original.count(FORMULA) == 4


def test_a_draft_lives_as_long_as_its_blank(cast, client, blank):
    """After the issue the draft is only working paper: nobody reads it back again."""
    attest(client, blank)

    assert Draft.objects.get().version == 1
    assert client.get(address("issue", blank)).status_code == 409
