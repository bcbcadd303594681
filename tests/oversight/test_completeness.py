"""That nothing of ours is missing at the audit desk, and nothing of others is there."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import Group

from accounts.models import Mail, User
from kpportal.oversight import OversightSite
from licensees.models import Application, Paper
from tests.oversight.places import MODELS, NAMES, adding, desk_of, list_of, row_of
from tests.pages.reading import main

# What is never shown, and what is shown under another name: field to where.
# Never: what lets somebody in, what only its reader may see, and where a file lies.
NEVER = {
    User: {"password"},
    Mail: {"html", "text"},
    Application: {"key_hash"},
    Paper: {"stored_as"},
}
ELSEWHERE = {
    "certificates.Certificate": {
        "id": "in the address",
        "number": "display",
        "country_of_origin": "origin",
        "mixed_origin": "origin",
        "value_usd": "value",
        "consignee_country": "destination",
        "carat_weight": "weight",
        "port_of_export": "port",
        "acknowledged_warnings": "warnings",
        "form_disposition": "disposition",
    },
    "certificates.StockCount": {
        "id": "in the address",
        "numbers": "found",
        "expected": "expected_then",
    },
    "licensees.Party": {"id": "in the address", "tax_id": "tax_id_ending"},
    "licensees.PeopleConfirmation": {"people": "a table"},
    "certificates.Draft": {"id": "in the address", "fields": "a table"},
    "journal.Entry": {"id": "number", "at": "moment", "actor": "by_whom", "changes": "a table"},
}


def test_the_desk_has_exactly_our_models():
    assert set(admin.site._registry) == set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_every_field_is_shown(model, rf):
    desk = desk_of(model)
    shown = {
        field if isinstance(field, str) else field.__name__
        for field in flatten_fieldsets(desk.get_fieldsets(rf.get("/"), None))
    }
    fields = {field.name for field in model._meta.concrete_fields}
    elsewhere = ELSEWHERE.get(model._meta.label, {})

    assert fields - shown - elsewhere.keys() == NEVER.get(model, set())
    assert {name for name in elsewhere.values() if " " not in name} <= shown


def test_every_list_says_what_it_is_and_can_be_searched(desk, rows):
    for model in MODELS:
        shown = main(desk.get(list_of(model)))

        assert desk_of(model).about
        assert desk_of(model).about in shown.text
        assert desk_of(model).search_fields
        assert desk_of(model).search_help_text in shown.text
        assert shown.one("input", type="search")["name"] == "q"


def test_the_front_page_leads_to_every_list(desk, rows):
    html = desk.get("/admin/").content.decode()

    for model in MODELS:
        assert f'href="{list_of(model)}"' in html
        assert adding(model) not in html


def test_every_page_says_that_it_is_for_reading_and_where_to_report(desk, rows, settings):
    settings.STAFF_EMAIL = "report-here@tests.example"
    addresses = ["/admin/", "/admin/journal/"]
    for model, row in rows.items():
        addresses += [list_of(model), row_of(row)]

    for address in addresses:
        html = desk.get(address).content.decode()
        assert "This desk is for reading" in html, address
        assert "mailto:report-here@tests.example" in html, address
        assert "Audit desk</title>" in html or "Audit desk · USKPA portal</title>" in html, address


def test_what_other_packages_would_edit_stays_out():
    assert not admin.site.is_registered(Group)
    site = OversightSite("elsewhere")

    site.register(Group)
    site.register(Group, admin.ModelAdmin)

    assert not site._registry


def test_no_page_shows_a_password_hash(desk, rows, cast):
    hashes = list(User.objects.values_list("password", flat=True))
    assert all(hashes)
    addresses = ["/admin/"]
    for model, row in rows.items():
        addresses += [list_of(model), row_of(row)]
    addresses += [row_of(user) for user in User.objects.all()]

    for address in addresses:
        html = desk.get(address).content.decode()
        for secret in hashes:
            assert secret not in html, address
        assert "md5$" not in html


@pytest.mark.parametrize(
    "query",
    [
        "?password=x",
        "?password__startswith=md5",
        "?password__isnull=0",
        "?password__regex=.",
        "?_to_field=password",
        "?email__startswith=i",
    ],
)
def test_no_address_can_guess_at_a_password(query, desk, rows):
    assert desk.get(list_of(User, query)).status_code == 400


def test_the_password_cannot_be_asked_for_across_another_model(desk, rows):
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if field.related_model is User:
                query = f"?{field.name}__password__startswith=m"
                assert desk.get(list_of(model, query)).status_code == 400, query


def test_no_search_reaches_a_password(desk, rows, cast):
    stored = User.objects.get(pk=cast.issuer.pk).password
    for model in MODELS:
        assert not any("password" in field for field in desk_of(model).search_fields)
        html = desk.get(list_of(model, f"?q={stored[:12]}")).content.decode()
        assert "Nothing found" in html, model
