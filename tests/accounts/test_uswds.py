"""How figures and dates are written, and that every form comes out as USWDS markup."""

import datetime as dt
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template, render_to_string
from django.test.html import parse_html
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.rendering import USWDSRenderer
from accounts.templatetags import uswds


class Terms(forms.Form):
    """A form with one field of every kind the portal uses."""

    default_renderer = USWDSRenderer

    name = forms.CharField(
        label="Consignee name",
        help_text="As on the invoice.",
        widget=forms.TextInput(attrs={"placeholder": "Name", "class": "wide"}),
    )
    address = forms.CharField(widget=forms.Textarea, required=False)
    destination = forms.ChoiceField(
        choices=[("", "Choose"), ("Open", [("BE", "Belgium & others")]), ("IN", "India")]
    )
    shipped_on = forms.DateField(label="Ship date")
    value_usd = forms.DecimalField(widget=forms.TextInput(attrs={"data-prefix": "$"}))
    carat_weight = forms.DecimalField(widget=forms.TextInput(attrs={"data-suffix": "carats"}))
    origin = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("one", "One"), ("mixed", "Mixed")], help_text="Mined."
    )
    warnings = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, choices=[("high", "High")], required=False
    )
    attested = forms.BooleanField(label="I attest", help_text="Version 3.")
    password = forms.CharField(widget=forms.PasswordInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class _Elements(HTMLParser):
    """The opening tags of a page in their order, with their attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def by_id(self, wanted: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.found if attrs.get("id") == wanted)


def elements(markup: object) -> _Elements:
    return _Elements(str(markup))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Decimal("1234.5"), "$1,234.50", id="thousands"),
        pytest.param(Decimal(0), "$0.00", id="nothing owed"),
        pytest.param(Decimal("-20"), "-$20.00", id="money back"),
        pytest.param(Decimal("123456789.99"), "$123,456,789.99", id="millions"),
        pytest.param(None, "", id="not stated"),
    ],
)
def test_dollars_are_written_with_commas_and_cents(value, shown):
    assert uswds.usd(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Decimal("1234.5"), "1,234.50\u00a0ct", id="thousands"),
        pytest.param(Decimal("0.01"), "0.01\u00a0ct", id="smallest"),
        pytest.param(None, "", id="not stated"),
    ],
)
def test_weights_are_written_in_carats(value, shown):
    assert uswds.carats(value) == shown


def test_a_civil_date_has_no_leading_zero():
    assert uswds.civil_date(dt.date(2026, 11, 4)) == "Nov 4, 2026"
    assert uswds.civil_date(None) == ""


def test_a_moment_is_not_taken_for_a_civil_date():
    with pytest.raises(TypeError, match="moment"):
        uswds.civil_date(dt.datetime(2026, 11, 24, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        pytest.param((2026, 11, 25, 4, 5), "Nov 24, 2026, 11:05 PM EST", id="day before in winter"),
        pytest.param((2026, 7, 4, 16, 0), "Jul 4, 2026, 12:00 PM EDT", id="noon in summer"),
        pytest.param((2026, 7, 4, 4, 9), "Jul 4, 2026, 12:09 AM EDT", id="midnight"),
        pytest.param((2026, 11, 1, 5, 30), "Nov 1, 2026, 1:30 AM EDT", id="the hour, first time"),
        pytest.param((2026, 11, 1, 6, 30), "Nov 1, 2026, 1:30 AM EST", id="the hour, again"),
    ],
)
def test_a_moment_is_shown_on_new_yorks_clock(at, shown):
    moment = dt.datetime(*at, tzinfo=dt.UTC)

    markup = uswds.moment(moment)

    assert markup.endswith(f">{shown}</time>")
    stated = elements(markup).found[0][1]["datetime"]
    assert stated is not None
    assert dt.datetime.fromisoformat(stated) == moment
    assert (
        dt.datetime.fromisoformat(stated).utcoffset()
        == moment.astimezone(ZoneInfo("America/New_York")).utcoffset()
    )


def test_a_naive_moment_is_refused():
    with pytest.raises(TypeError, match="aware"):
        uswds.moment(dt.datetime(2026, 11, 24))  # noqa: DTZ001
    assert uswds.moment(None) == ""


def test_an_icon_is_hidden_from_screen_readers():
    (_, svg), (_, use) = elements(uswds.icon("check", 'x"y')).found

    assert svg["aria-hidden"] == "true"
    assert svg["class"] == 'usa-icon x"y'
    assert use["href"] == "/static/vendor/uswds/img/sprite.svg#check"


def test_a_table_row_of_another_length_is_refused():
    assert list(uswds.beside(["Number", "Status"], ["US1", "Issued"])) == [
        ("Number", "US1"),
        ("Status", "Issued"),
    ]
    with pytest.raises(ValueError, match="shorter"):
        list(uswds.beside(["Number", "Status"], ["US1"]))


@pytest.mark.parametrize(
    ("field", "css"),
    [
        pytest.param("name", "usa-input wide", id="text keeps its own class"),
        pytest.param("address", "usa-textarea", id="text area"),
        pytest.param("destination", "usa-select", id="list"),
        pytest.param("shipped_on", "usa-input", id="date"),
        pytest.param("attested", "usa-checkbox__input", id="check box"),
    ],
)
def test_each_control_carries_its_uswds_class(field, css):
    assert elements(Terms()[field]).by_id(f"id_{field}")["class"] == css


def test_choices_are_a_group_of_uswds_buttons():
    assert elements(Terms()["origin"]).by_id("id_origin_0")["class"] == "usa-radio__input"
    assert elements(Terms()["warnings"]).by_id("id_warnings_0")["class"] == "usa-checkbox__input"
    for field, kind, choices in [("origin", "radio", 2), ("warnings", "checkbox", 1)]:
        tags = elements(Terms()[field]).found
        labels = [attrs for tag, attrs in tags if tag == "label"]
        assert [label["class"] for label in labels] == [f"usa-{kind}__label"] * choices
        assert [label["for"] for label in labels] == [f"id_{field}_{n}" for n in range(choices)]


def test_a_hidden_field_carries_nothing():
    assert "class" not in elements(Terms()["version"]).by_id("id_version")


def test_a_field_without_errors_is_tied_to_its_label_and_hint():
    page = elements(Terms()["name"].as_field_group())

    box = page.by_id("id_name")
    assert box["aria-describedby"] == "id_name_helptext"
    assert "aria-invalid" not in box
    assert "placeholder" not in box
    assert "required" in box
    assert page.by_id("id_name_helptext")["class"] == "usa-hint"
    assert [attrs["for"] for tag, attrs in page.found if tag == "label"] == ["id_name"]


def test_a_refused_field_says_so_beside_its_box():
    form = Terms({"name": ""})

    markup = form["name"].as_field_group()

    page = elements(markup)
    box = page.by_id("id_name")
    assert box["aria-describedby"] == "id_name_helptext id_name_error"
    assert box["aria-invalid"] == "true"
    assert box["class"] == "usa-input wide usa-input--error"
    assert page.by_id("id_name_error")["class"] == "usa-error-message"
    assert "This field is required." in markup
    assert "usa-form-group--error" in markup


def test_a_refused_group_of_choices_is_described_as_a_group():
    page = elements(Terms({})["origin"].as_field_group())

    fieldset = page.found[0]
    assert fieldset[0] == "fieldset"
    assert fieldset[1]["aria-describedby"] == "id_origin_helptext id_origin_error"
    assert "aria-invalid" not in page.by_id("id_origin_0")
    assert [tag for tag, _ in page.found].count("legend") == 1


def test_the_label_of_a_check_box_follows_it_at_once():
    tags = [tag for tag, _ in elements(Terms()["attested"].as_field_group()).found]

    assert tags[tags.index("input") + 1] == "label"
    assert tags.count("label") == 1


@pytest.mark.parametrize(
    ("field", "drawn"),
    [
        pytest.param("value_usd", 'class="usa-input-prefix" aria-hidden="true">$<', id="before"),
        pytest.param(
            "carat_weight", 'class="usa-input-suffix" aria-hidden="true">carats<', id="after"
        ),
    ],
)
def test_a_unit_is_drawn_inside_the_box(field, drawn):
    assert drawn in Terms()[field].as_field_group()


def test_a_password_can_be_shown_but_is_never_sent_back():
    form = Terms({"password": "correct horse battery"})

    markup = form["password"].as_field_group()

    assert 'aria-controls="id_password"' in markup
    assert "correct horse battery" not in markup


def test_a_text_that_begins_with_an_empty_line_keeps_it():
    assert ">\n\nAntwerp</textarea>" in str(Terms({"address": "\nAntwerp"})["address"])


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        pytest.param("2026-12-31", "date", id="a date"),
        pytest.param("", "date", id="nothing"),
        pytest.param("12/31/2026", "text", id="another way to write it"),
        pytest.param("2026-12-31\n", "text", id="a line break after it"),
        pytest.param("soon", "text", id="no date"),
    ],
)
def test_a_date_box_keeps_what_was_typed(typed, kind):
    box = elements(Terms({"shipped_on": typed})["shipped_on"]).by_id("id_shipped_on")

    assert box["type"] == kind
    assert (box.get("value") or "") == typed


def test_a_date_from_the_record_is_shown_in_the_date_box():
    box = elements(Terms(initial={"shipped_on": dt.date(2026, 3, 2)})["shipped_on"])

    assert box.by_id("id_shipped_on")["value"] == "2026-03-02"


def test_the_error_summary_links_to_every_refused_field():
    form = Terms({"version": "x"})
    form.add_error(None, "Someone else changed it.")

    markup = str(form)

    links = [attrs["href"] for tag, attrs in elements(markup).found if tag == "a"]
    ids = {attrs.get("id") for _, attrs in elements(markup).found}
    assert "#id_origin_0" in links
    assert "#id_name" in links
    assert {link.removeprefix("#") for link in links if link} <= ids
    assert markup.count("Someone else changed it.") == 1
    assert "Enter a whole number." in markup  # a hidden field has no place of its own


def test_a_form_that_was_not_sent_has_no_error_summary():
    assert "portal-error-summary" not in str(Terms())


def test_a_whole_form_shows_each_field_once():
    ids = [attrs["id"] for _, attrs in elements(Terms()).found if "id" in attrs]

    assert len(ids) == len(set(ids))
    assert {f"id_{name}" for name in Terms.base_fields} <= set(ids)


@given(typed=st.text(max_size=40), chosen=st.sampled_from(["BE", "IN", "", "ZZ"]))
def test_what_is_written_here_equals_what_django_would_write(typed, chosen):
    sent = {"name": typed, "address": typed, "destination": chosen}
    ours = Terms(sent)
    theirs = Terms(sent, renderer=DjangoTemplates())

    for name in ("name", "address", "destination", "value_usd", "attested", "version"):
        box, model = str(ours[name]), theirs[name].as_widget(attrs=_same(ours, name))
        assert parse_html(box) == parse_html(model)


def _same(form: forms.Form, name: str) -> dict[str, object]:
    """What our bound field adds, for a form whose renderer is Django's."""
    return {
        key: value
        for key, value in form[name].build_widget_attrs({}).items()
        if key not in {"required", "aria-invalid"}
    }


@example(label="</option></select><script>", value='"><img src=x>')
@example(label='"><img src=x>', value="</select><script>")
@given(label=st.text(max_size=30), value=st.text(min_size=1, max_size=30))
def test_markup_in_a_choice_stays_text(label, value):
    class Choice(forms.Form):
        default_renderer = USWDSRenderer
        pick = forms.ChoiceField(choices=[(value, label), (label, [(value, label)])])

    tags = [tag for tag, _ in elements(Choice()["pick"]).found]

    assert set(tags) <= {"select", "option", "optgroup"}
    assert tags.count("option") == 2


def test_a_choice_may_be_out_of_use():
    class Select(forms.Select):
        def create_option(self, *args, **kwargs):
            option = super().create_option(*args, **kwargs)
            option["attrs"]["disabled"] = option["value"] == "CF"
            return option

    class Choice(forms.Form):
        default_renderer = USWDSRenderer
        pick = forms.ChoiceField(choices=[("CF", "A"), ("BE", "B")], widget=Select)

    options = [attrs for tag, attrs in elements(Choice()["pick"]).found if tag == "option"]

    assert ["disabled" in option for option in options] == [True, False]


def test_facts_show_a_dash_for_what_is_not_stated():
    markup = render_to_string(
        "components/facts.html",
        {"facts": [("Seal", ""), ("Parcels", 0), ("Address", "Line 1\n<b>Line 2")]},
    )

    assert markup.count("not stated") == 1
    assert "<dd>0</dd>" in markup
    assert "Line 1<br>&lt;b&gt;Line 2" in markup


def test_a_table_names_the_column_of_every_cell():
    columns = [
        SimpleNamespace(label="Number", numeric=False),
        SimpleNamespace(label="Value", numeric=True),
    ]

    markup = render_to_string(
        "components/table.html",
        {"caption": "Certificates", "columns": columns, "rows": [["US1", "<i>"]]},
    )

    cells = [attrs for tag, attrs in elements(markup).found if tag in {"td", "th"}]
    assert [cell.get("data-label") for cell in cells] == [None, None, "Number", "Value"]
    assert cells[3]["class"] == "portal-number"
    assert "&lt;i&gt;" in markup


def test_the_last_crumb_is_this_page():
    markup = render_to_string(
        "components/breadcrumb.html", {"crumbs": [("Home", "/"), ("US12345", "")]}
    )

    assert [attrs["href"] for tag, attrs in elements(markup).found if tag == "a"] == ["/"]
    assert markup.count('aria-current="page"') == 1


@pytest.mark.parametrize(("newer", "older"), [("", ""), ("?a", ""), ("", "?b"), ("?a", "?b")])
def test_pages_are_linked_only_where_there_is_one(newer, older):
    markup = render_to_string(
        "components/pagination.html", {"newer_url": newer, "older_url": older}
    )

    links = [attrs["href"] for tag, attrs in elements(markup).found if tag == "a"]
    assert links == [url for url in (newer, older) if url]


def test_the_page_for_a_fault_needs_nothing_of_the_portal(settings):
    settings.STORAGES = {"staticfiles": {"BACKEND": "no.such.storage"}}
    settings.ROOT_URLCONF = "no.such.urls"

    markup = get_template("500.html").render()

    assert "Something went wrong on our side" in markup
