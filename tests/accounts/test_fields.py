"""A form's field as a whole: whatever is written on it stays text, also under another label."""

import pytest
from django import forms
from django.template import engines
from django.utils.safestring import mark_safe

from accounts.rendering import USWDSRenderer

MARKUP = '</label><script>"&'


class Labelled(forms.Form):
    """Fields of each kind, with markup wherever text can stand."""

    default_renderer = USWDSRenderer

    box = forms.CharField(
        label=MARKUP, widget=forms.TextInput(attrs={"data-prefix": MARKUP, "data-suffix": MARKUP})
    )
    tick = forms.BooleanField(label=MARKUP)
    one = forms.ChoiceField(label=MARKUP, widget=forms.RadioSelect, choices=[("a", MARKUP)])
    secret = forms.CharField(label=MARKUP, widget=forms.PasswordInput)


@pytest.mark.parametrize("name", Labelled.base_fields)
def test_markup_in_a_label_a_unit_or_an_error_stays_text(name: str) -> None:
    form = Labelled({})
    form.add_error(name, MARKUP)

    markup = form[name].as_field_group()

    assert "<script>" not in markup
    assert markup.count("&lt;/label&gt;&lt;script&gt;&quot;&amp;") >= 2


def test_a_hint_may_have_a_link() -> None:
    class Hinted(forms.Form):
        default_renderer = USWDSRenderer
        box = forms.CharField(help_text=mark_safe('See <a href="/x">the rule</a>.'))

    assert '>See <a href="/x">the rule</a>.</div>' in Hinted()["box"].as_field_group()


def test_a_page_may_give_a_field_another_label() -> None:
    template = engines["django"].from_string('{% field form.box "Number and year" %}')

    markup = template.render({"form": Labelled()})

    assert 'for="id_box">Number and year <abbr title="required"' in markup
    assert "&lt;script&gt;" not in markup.partition("</label>")[0]
