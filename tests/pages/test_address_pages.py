"""The pages of a firm's address book: add, change, take out, and what others see of it."""

import datetime as dt

import pytest
from django.urls import reverse

from licensees.models import Party
from licensees.operations.addresses import keep_party, retire_party
from tests.cast import Cast, today
from tests.licensees.uploads import pdf_bytes, upload
from tests.pages.reading import errors, main, values

CONSIGNEE = {"name": "Example Diamonds Ltd.", "address": "1 Example Road", "country": "IL"}
PRINCIPAL = {
    "name": "Rough Exporters Inc.",
    "address": "1 Diamond Plaza\nNew York, NY 10036",
    "country": "US",
    "tax_id": "12-3456789",
    "authority_reference": "POA 7",
    "authority_from": "2026-01-01",
    "authority_until": "",
}


def url(page: str, key: int) -> str:
    return reverse(f"licensees:{page}", args=[key])


def kept(cast: Cast, **change) -> Party:
    facts = {**CONSIGNEE, "part": "consignee", "actor": cast.issuer, **change}
    return keep_party(cast.firm_a, **facts)


def principal(cast: Cast, **change) -> Party:
    facts = {
        **PRINCIPAL,
        "part": "exporter",
        "authority_from": dt.date(2026, 1, 1),
        "authority_until": None,
        "actor": cast.carrier_issuer,
        **change,
    }
    return keep_party(cast.carrier, **facts)


def form_of(answer):
    return main(answer).one("form", method="post", enctype="multipart/form-data")


@pytest.mark.parametrize("person", ["issuer", "staff", "overseer", "administrator", "reviewer"])
def test_everybody_who_sees_the_firm_reads_its_address_book_and_only_the_firm_changes_it(
    cast, client, person
):
    party = kept(cast)
    retire_party(kept(cast, name="Taken Out Ltd."), actor=cast.issuer)
    client.force_login(getattr(cast, person))

    shown = main(client.get(url("addresses", cast.firm_a.pk)))

    assert "Example Diamonds Ltd." in shown.text
    assert "Israel" in shown.text
    assert "Taken Out Ltd." not in shown.text
    assert "Principals" not in shown.text, "an ordinary firm has none"
    links = {link["href"] for link in shown.all("a")}
    may = {url("add_consignee", cast.firm_a.pk), url("change_party", party.pk)}
    assert links & may == (may if person == "issuer" else set())
    assert bool(shown.all("form", action=url("retire_party", party.pk))) == (person == "issuer")


def test_a_consignee_is_added_and_what_is_wrong_keeps_what_was_typed(cast, client):
    client.force_login(cast.issuer)
    page = url("add_consignee", cast.firm_a.pk)

    wrong = client.post(page, {**CONSIGNEE, "address": "x" * 46, "country": "XX"})
    assert wrong.status_code == 422
    assert errors(wrong) == {"country": "Choose from the list."}
    assert values(form_of(wrong))["address"] == "x" * 46
    refused = client.post(page, {**CONSIGNEE, "address": "x" * 46})
    assert refused.status_code == 409
    assert errors(refused).keys() == {"address"}

    answer = client.post(page, CONSIGNEE, follow=True)
    assert "Example Diamonds Ltd. is in the address book." in main(answer).text
    assert Party.objects.get().part == "consignee"


def test_an_ordinary_firm_is_told_that_it_has_no_principals(cast, client):
    client.force_login(cast.issuer)
    page = url("add_principal", cast.firm_a.pk)

    assert client.get(page).status_code == 409
    answer = client.post(page, PRINCIPAL)
    assert answer.status_code == 409
    assert "its own exports only" in main(answer).text
    assert not Party.objects.exists()


def test_a_principal_is_added_with_its_paper_and_its_tax_id_is_never_shown_again(cast, client):
    client.force_login(cast.carrier_issuer)

    client.post(
        url("add_principal", cast.carrier.pk),
        {**PRINCIPAL, "paper": upload("letter.pdf", pdf_bytes())},
    )

    party = Party.objects.get()
    assert (party.tax_id, party.authority_from) == ("12-3456789", dt.date(2026, 1, 1))
    book = client.get(url("addresses", cast.carrier.pk))
    entry = client.get(url("change_party", party.pk))
    for answer in (book, entry):
        assert "…6789" in main(answer).text
        assert "12-345" not in answer.content.decode()
        assert "letter.pdf" in main(answer).text
    assert "In force" in main(book).text
    assert "until withdrawn" in main(book).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"authority_reference": ""}, "authority_reference"),
        ({"authority_from": ""}, "authority_from"),
        ({"authority_until": "2025-12-31"}, "authority_until"),
        ({"tax_id": "1"}, "tax_id"),
    ],
)
def test_what_is_wrong_with_a_principal_is_said_at_its_field(cast, client, typed, field):
    client.force_login(cast.carrier_issuer)

    answer = client.post(url("add_principal", cast.carrier.pk), {**PRINCIPAL, **typed})

    assert answer.status_code == 409
    assert errors(answer).keys() == {field}


def test_a_paper_that_is_none_is_said_at_its_field_and_keeps_nothing(cast, client):
    client.force_login(cast.carrier_issuer)

    answer = client.post(
        url("add_principal", cast.carrier.pk),
        {**PRINCIPAL, "paper": upload("letter.png", pdf_bytes())},
    )

    assert answer.status_code == 409
    assert errors(answer).keys() == {"paper"}
    assert not Party.objects.exists()


def test_an_entry_saved_as_it_was_opened_changes_nothing(cast, client):
    party = principal(cast)
    client.force_login(cast.carrier_issuer)
    page = url("change_party", party.pk)

    client.post(page, values(form_of(client.get(page))))

    again = Party.objects.get()
    assert again.told() == party.told()
    assert again.tax_id == "12-3456789"


def test_of_two_tabs_the_second_does_not_save_over_the_first(cast, client):
    party = kept(cast)
    client.force_login(cast.issuer)
    page = url("change_party", party.pk)
    first, second = (values(form_of(client.get(page))) for _ in range(2))
    assert client.post(page, {**first, "address": "Mine"}).status_code == 302

    answer = client.post(page, {**second, "address": "Theirs"})

    assert answer.status_code == 409
    assert "Somebody changed Example Diamonds Ltd." in main(answer).text
    assert values(form_of(answer))["address"] == "Theirs"
    assert Party.objects.get().address == "Mine"


@pytest.mark.parametrize("typed", ["", "x", "0" * 64, "0" * 65])
def test_a_mark_that_was_not_given_out_saves_nothing(cast, client, typed):
    party = kept(cast)
    client.force_login(cast.issuer)

    answer = client.post(
        url("change_party", party.pk), {**CONSIGNEE, "address": "Other", "seen": typed}
    )

    assert answer.status_code in (409, 422)
    assert Party.objects.get().address == CONSIGNEE["address"]


@pytest.mark.parametrize("page", ["change_party", "retire_party"])
@pytest.mark.parametrize("retired", [False, True], ids=["another firm's", "taken out"])
def test_an_entry_that_is_not_in_ones_book_does_not_exist(cast, client, page, retired):
    party = kept(cast)
    if retired:
        retire_party(party, actor=cast.issuer)
    client.force_login(cast.issuer if retired else cast.stranger)

    assert client.post(url(page, party.pk), CONSIGNEE).status_code == 404


def test_taking_an_entry_out_leads_back_to_the_book(cast, client):
    party = kept(cast)
    client.force_login(cast.colleague)

    answer = client.post(url("retire_party", party.pk), follow=True)

    assert answer.request["PATH_INFO"] == url("addresses", cast.firm_a.pk)
    assert "is taken out of the address book." in main(answer).text


@pytest.mark.parametrize(
    ("days", "said"),
    [(30, "Ends soon"), (31, "In force"), (-1, "Not in force"), (None, "In force")],
)
def test_the_page_says_until_when_an_authority_runs_and_the_front_page_when_it_ends(
    cast, client, days, said
):
    until = None if days is None else today() + dt.timedelta(days=days)
    party = principal(cast, authority_until=until)
    client.force_login(cast.carrier_issuer)

    text = main(client.get(url("addresses", cast.carrier.pk))).text
    front = {link["href"] for link in main(client.get("/")).all("a")}

    assert said in text
    assert (url("change_party", party.pk) in front) == (said == "Ends soon")


def test_a_firm_whose_licence_ended_reads_its_book_and_changes_nothing(cast, client):
    kept(cast)
    type(cast.firm_a).objects.filter(pk=cast.firm_a.pk).update(
        status="surrendered", ended_on=today()
    )
    client.force_login(cast.issuer)

    shown = main(client.get(url("addresses", cast.firm_a.pk)))

    assert "Example Diamonds Ltd." in shown.text
    assert not shown.all("form")
