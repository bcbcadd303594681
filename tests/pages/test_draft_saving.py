"""A draft saved as it is typed: what the page's script is told, and the plain button."""

import datetime as dt
from decimal import Decimal

import pytest

from certificates.models import Draft
from certificates.particulars import ALL
from journal.models import Entry
from licensees.operations.addresses import keep_party
from tests.cast import fresh_itn, today
from tests.pages.filling import address, issued, typed
from tests.pages.reading import main, values

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def blank(cast, client):
    """An available certificate of firm A, its issuer being signed in."""
    client.force_login(cast.issuer)
    return cast.available()


@pytest.fixture
def save(client, blank):
    """Send the page as its script does, and give the answer."""

    def send(texts, version=0):
        return client.post(address("draft", blank), {**texts, "version": version}, **JSON)

    return send


def test_the_answer_tells_the_version_and_that_nothing_is_wrong(cast, blank, save):
    answer = save(typed(cast, itn="X" + today().strftime("%Y%m%d") + "000123"))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    told = answer.json()
    assert (told["version"], told["problems"], told["warnings"]) == (1, [], [])
    assert dt.time.fromisoformat(told["saved_at"])
    assert told["value_per_carat"] == "$125.01 a carat"
    assert told["aes"] == {"quantity": "99 carats", "value": "$12,346"}
    assert told["date_of_expiry"].startswith("Expires ")
    assert told["itn"]["result"] == "ok"
    assert "Only AES can say" in told["itn"]["detail"], "never called verified"


def test_a_half_typed_page_is_kept_and_told_what_is_missing(save):
    told = save({"value_usd": "12"}).json()

    assert told["version"] == 1
    missing = {finding["field"] for finding in told["problems"]}
    assert missing == {
        "itn", "country_of_origin", "date_of_issue", "number_of_parcels", "consignee_name",
        "consignee_address", "consignee_country", "carat_weight", "hs_code", "port_of_export",
    }  # fmt: skip
    assert all(f["code"] and f["detail"] for f in told["problems"])
    assert told["aes"] == {"quantity": "whole carats, at least 1", "value": "$12"}
    assert told["value_per_carat"] == told["date_of_expiry"] == ""


def test_problems_and_warnings_name_field_code_and_source(cast, save):
    told = save(typed(cast, consignee_country="RU", value_usd="12345678.90")).json()

    assert [(f["field"], f["code"], f["source"]) for f in told["problems"]] == [
        ("consignee_country", "destination_on_hold", "15 CFR part 746")
    ]
    assert [(f["field"], f["code"]) for f in told["warnings"]] == [("value_usd", "value_per_carat")]


@pytest.mark.parametrize(
    ("itn", "result", "stored", "suggestion"),
    [
        pytest.param("aes x 2017-01-01 987655", "normalised", "X20170101987655", "", id="tidied"),
        pytest.param("20170101987655", "fixable", "", "X20170101987655", id="no X"),
        pytest.param("X2017O101987655", "fixable", "", "X20170101987655", id="O for 0"),
        pytest.param("NOEEI 30.37(a)", "refused", "", "", id="exemption"),
        pytest.param("", "refused", "", "", id="nothing"),
        pytest.param("x" * 1999, "refused", "", "", id="very long"),
    ],
)
def test_the_itn_field_explains_itself(cast, save, itn, result, stored, suggestion):
    told = save(typed(cast, itn=itn)).json()["itn"]

    assert (told["result"], told["itn"], told["suggestion"]) == (result, stored, suggestion)
    assert told["detail"]
    assert "verif" not in told["detail"].lower()
    assert Draft.objects.get().fields["itn"] == itn, "kept as typed"


@pytest.mark.parametrize(
    ("weight", "value", "quantity", "dollars"),
    [
        pytest.param("0.37", "1234.50", "1 carats", "$1,235", id="at least one, half up"),
        pytest.param("1.50", "0.49", "2 carats", "$0", id="half a carat up"),
        pytest.param("-1", "0", "whole carats, at least 1", "whole dollars", id="no amounts"),
        pytest.param("1e9", "x", "whole carats, at least 1", "whole dollars", id="unreadable"),
    ],
)
def test_weight_and_value_are_told_as_aes_takes_them(cast, save, weight, value, quantity, dollars):
    told = save(typed(cast, carat_weight=weight, value_usd=value)).json()

    assert told["aes"] == {"quantity": quantity, "value": dollars}


def test_a_lost_reply_can_be_asked_for_again(cast, save):
    texts = typed(cast)
    answers = [save(texts).json(), save(texts).json()]

    assert answers[0] == answers[1]
    assert Draft.objects.get().version == 1


def test_saving_is_not_journaled_and_touches_no_certificate(cast, blank, save):
    before = Entry.objects.count()

    save(typed(cast))

    assert Entry.objects.count() == before
    blank.refresh_from_db()
    assert (blank.status, blank.itn, blank.exporter_name) == ("available", "", "")


def test_whoever_saves_second_gets_the_others_fields_and_overwrites_nothing(
    cast, client, blank, save
):
    save(typed(cast))
    client.force_login(cast.colleague)
    theirs = typed(cast, waybill="theirs")
    save(theirs, version=1)
    client.force_login(cast.issuer)

    answer = save(typed(cast, waybill="mine"), version=1)

    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["version"], told["field"]) == ("draft_changed", 2, "")
    assert told["fields"] == theirs
    assert "Colleague-A changed this draft on" in told["detail"]
    assert Draft.objects.get().fields["waybill"] == "theirs"

    assert save(typed(cast, waybill="mine"), version=told["version"]).json()["version"] == 3


@pytest.mark.parametrize(
    ("texts", "code", "field"),
    [
        pytest.param({"waybill": "x" * 2001}, "text_too_long", "waybill", id="over 2,000"),
        pytest.param({"consignee_name": "a\x00"}, "text_has_nul", "consignee_name", id="NUL"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field_and_nothing_is_saved(save, texts, code, field):
    answer = save(texts)

    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["field"]) == (code, field)
    assert told["detail"].endswith(" kept.")
    assert not Draft.objects.exists()


def test_two_thousand_characters_are_kept(save):
    assert save({"waybill": "x" * 2000}).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(map(chr, range(1, 32))), id="control characters"),
        pytest.param("\u202e\u200b\ufeff", id="marks nobody sees"),
        pytest.param("💎" * 500, id="beyond the first plane"),
        pytest.param("<script>alert(1)</script>", id="markup"),
        pytest.param("=cmd('calc')!A1", id="a formula"),
        pytest.param("%s{0}{{ x }}{% y %}", id="a template"),
    ],
)
def test_whatever_is_typed_is_kept_as_it_is_and_judged(cast, client, blank, save, text):
    answer = save(typed(cast, **{name: text for name in ALL if not name.startswith("exporter")}))

    assert answer.status_code == 200
    kept = Draft.objects.get().fields
    assert {kept[name] for name in ALL if not name.startswith("exporter")} == {text}
    assert client.get(address("issue", blank)).status_code == 200
    assert client.get(address("draft_pdf", blank)).status_code in (200, 422)


def test_bytes_that_are_no_text_are_no_error_of_ours(client, blank):
    body = b"waybill=%ff%fe%00&version=0&consignee_name=\xff\xfe"
    answer = client.post(
        address("draft", blank),
        data=body,
        content_type="application/x-www-form-urlencoded",
        **JSON,
    )

    assert answer.status_code in (200, 409)


def test_fields_the_page_does_not_have_are_ignored(cast, blank, save):
    answer = save({**typed(cast), "status": "issued", "licensee_id": "1", "number": "1", "x": "y"})

    assert answer.status_code == 200
    assert set(Draft.objects.get().fields) == set(ALL)
    blank.refresh_from_db()
    assert blank.status == "available"


def test_the_locked_exporter_is_not_taken_from_the_script_either(cast, save):
    save(typed(cast, exporter_name="Somebody Else"))

    assert Draft.objects.get().fields["exporter_name"] == cast.firm_a.legal_name


def test_an_itn_of_another_firm_is_told_without_naming_the_firm(cast, save):
    itn = fresh_itn(today())
    cast.issued(cast.firm_b, itn=itn)

    answer = save(typed(cast, itn=itn))

    (problem,) = answer.json()["problems"]
    assert (problem["field"], problem["code"]) == ("itn", "itn_used_by_another_firm")
    assert "Firm B" not in answer.content.decode()


def test_after_the_issue_the_script_is_told_who_issued(cast, client, blank, save):
    issued(cast, blank, actor=cast.colleague)

    answer = save(typed(cast))

    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_status"
    assert "was issued by Colleague-A" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, blank, method):
    assert getattr(client, method)(address("draft", blank)).status_code == 405


# ---- without the script -------------------------------------------------------------------------


def test_save_and_leave_keeps_everything_however_incomplete(cast, client, blank):
    answer = client.post(address("draft", blank), {"value_usd": "soon", "version": 0}, follow=True)

    assert answer.redirect_chain == [(address("detail", blank), 302)]
    assert f"The draft of US{blank.number} is saved." in main(answer).text
    assert "Continue the draft" in main(answer).text
    assert Draft.objects.get().fields["value_usd"] == "soon"


def test_save_and_leave_overwrites_nobody_and_keeps_what_was_typed(cast, client, blank, save):
    save(typed(cast, waybill="first"))

    answer = client.post(address("draft", blank), {**typed(cast, waybill="2nd"), "version": 0})

    assert answer.status_code == 409
    assert "Issuer-A changed this draft on" in main(answer).text
    assert "theirs “first”, yours “2nd”" in main(answer).text
    assert values(main(answer).one("form", data_draft=""))["waybill"] == "2nd"
    assert Draft.objects.get().fields["waybill"] == "first"


def test_save_and_leave_after_the_issue_says_who_issued(cast, client, blank):
    issued(cast, blank, actor=cast.colleague)

    answer = client.post(address("draft", blank), {**typed(cast), "version": 0})

    assert answer.status_code == 409
    assert "was issued by Colleague-A" in main(answer).text


def test_opening_the_address_of_the_draft_leads_to_the_page(client, blank):
    answer = client.get(address("draft", blank))

    assert (answer.status_code, answer["Location"]) == (302, address("issue", blank))


def test_an_address_book_entry_can_be_used_while_saving(cast, client, blank, save):
    kept = keep_party(
        cast.firm_a,
        part="consignee",
        name="Kept",
        address="1 Road",
        country="BE",
        actor=cast.issuer,
    )

    save({**typed(cast), "use": "consignee", "consignee_entry": kept.pk})

    fields = Draft.objects.get().fields
    assert (fields["consignee_name"], fields["consignee_country"]) == ("Kept", "BE")


def test_two_firms_drafts_do_not_meet(cast, client, blank, save):
    other = cast.available(cast.firm_b)

    save(typed(cast, waybill="of firm A"))

    assert client.post(address("draft", other), {"version": 0}, **JSON).status_code == 404
    assert Draft.objects.count() == 1


def test_the_value_per_carat_of_the_sample_tables_is_exact(cast, save):
    """2018: 7102.21, 14.52 dollars a carat (domain 4.3)."""
    told = save(
        typed(cast, hs_code="7102.21", carat_weight="1,000.00", value_usd=str(Decimal("14520")))
    ).json()

    assert told["value_per_carat"] == "$14.52 a carat"
    assert told["warnings"] == []
