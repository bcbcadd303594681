"""Renders every Django form in the markup of the U.S. Web Design System (USWDS).

Forms stay plain Django. ``{{ form }}`` is the error summary and all fields,
``{{ form.weight.as_field_group }}`` one field with label, hint and error, ``{{ form.weight }}`` the
bare control; each already carries its USWDS class and what assistive technology needs.

Boxes and lists are written here instead of by Django's nested templates: a list of sixty
Participants costs a tenth of a millisecond this way, two through a template for each option.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList, flatatt
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

# The first class that fits decides; CheckboxSelectMultiple is a RadioSelect, so it stands before.
_CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.CheckboxSelectMultiple, "usa-checkbox__input"),
    (forms.RadioSelect, "usa-radio__input"),
    (forms.Select, "usa-select"),
    (forms.Textarea, "usa-textarea"),
    (forms.FileInput, "usa-file-input"),
    (forms.Widget, "usa-input"),
)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _input(context: Mapping[str, Any]) -> SafeString:
    return _box(context, context["widget"]["type"])


def _date(context: Mapping[str, Any]) -> SafeString:
    """The browser's own date box; but that would blank what is no date, so text stays text."""
    value = context["widget"]["value"]
    return _box(context, "date" if not value or _ISO_DATE.fullmatch(value) else "text")


def _box(context: Mapping[str, Any], kind: str) -> SafeString:
    widget = context["widget"]
    attrs = {"type": kind, "name": widget["name"], "value": widget["value"], **widget["attrs"]}
    return format_html("<input{}>", flatatt(attrs))


def _textarea(context: Mapping[str, Any]) -> SafeString:
    widget = context["widget"]
    attrs = {"name": widget["name"], **widget["attrs"]}
    # Browsers drop the first line break, so that one typed by someone is kept.
    return format_html("<textarea{}>\n{}</textarea>", flatatt(attrs), widget["value"] or "")


def _select(context: Mapping[str, Any]) -> SafeString:
    widget = context["widget"]
    inner = []
    for name, options, _ in widget["optgroups"]:
        group = "".join(map(_option, options))
        inner.append(f'<optgroup label="{escape(name)}">{group}</optgroup>' if name else group)
    attrs = {"name": widget["name"], **widget["attrs"]}
    return SafeString(f"<select{flatatt(attrs)}>{''.join(inner)}</select>")  # nosec B703


def _option(option: Mapping[str, Any]) -> str:
    attrs = flatatt(option["attrs"]) if option["attrs"] else ""
    value, label = escape(str(option["value"])), escape(str(option["label"]))
    return f'<option value="{value}"{attrs}>{label}</option>'


def _choices(context: Mapping[str, Any]) -> SafeString:
    """Radio buttons or check boxes, with the names of their groups if they have any."""
    widget = context["widget"]
    inner = []
    for name, options, _ in widget["optgroups"]:
        if name:
            inner.append(f'<p class="portal-choice-group">{escape(name)}</p>')
        inner += map(_choice, options)
    attrs = {"id": widget["attrs"].get("id")}
    return SafeString(f"<div{flatatt(attrs)}>{''.join(inner)}</div>")  # nosec B703


def _choice(option: Mapping[str, Any]) -> str:
    kind, value = option["type"], str(option["value"])
    button = flatatt({"type": kind, "name": option["name"], "value": value, **option["attrs"]})
    label = flatatt({"for": option["attrs"].get("id"), "class": f"usa-{kind}__label"})
    text = escape(str(option["label"]))
    return f'<div class="usa-{kind}"><input{button}><label{label}>{text}</label></div>'


_BOXES = ("text", "number", "email", "url", "search", "tel", "password", "hidden", "checkbox")
_WRITTEN_HERE: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in _BOXES},
    "django/forms/widgets/date.html": _date,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/radio.html": _choices,
    "django/forms/widgets/checkbox_select.html": _choices,
}


class USWDSBoundField(forms.BoundField):
    """A field that knows how USWDS wants its control drawn."""

    @property
    def kind(self) -> str:
        """Which markup the field needs: ``choices``, ``checkbox``, ``password`` or ``control``."""
        widget = self.field.widget
        if self.use_fieldset:
            return "choices"
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.PasswordInput):
            return "password"
        return "control"

    @property
    def input_prefix(self) -> str:
        """Text drawn inside the box before the value, from the widget's ``data-prefix``."""
        return str(self.field.widget.attrs.get("data-prefix", ""))

    @property
    def input_suffix(self) -> str:
        """Text drawn inside the box after the value, from the widget's ``data-suffix``."""
        return str(self.field.widget.attrs.get("data-suffix", ""))

    @property
    def focus_id(self) -> str:
        """The id an error summary links to: of a group of choices, that of the first one."""
        return self.id_for_label or f"{self.auto_id}_0"

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Add the control's USWDS class to what Django adds (required, aria-describedby …)."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        own = next(css for kind, css in _CONTROL_CLASSES if isinstance(widget, kind))
        names = [own, str(widget.attrs.get("class", "")), str(attrs.get("class", ""))]
        if self.errors:
            if own in {"usa-input", "usa-select", "usa-textarea"}:
                names.append("usa-input--error")
            if widget.use_fieldset:  # one radio button is not invalid; the group is
                attrs.pop("aria-invalid", None)
        attrs["class"] = " ".join(name for name in names if name)
        if "placeholder" in widget.attrs:
            # It vanishes as soon as someone types and is too pale to read: hints stand above.
            attrs["placeholder"] = False
        return attrs


class USWDSRenderer(TemplatesSetting):
    """The project's form renderer; ``FORM_RENDERER`` in the settings names it."""

    form_template_name = "components/forms/form.html"
    field_template_name = "components/field.html"
    bound_field_class = USWDSBoundField

    def render(
        self,
        template_name: str,
        context: dict[str, Any],
        request: HttpRequest | None = None,
    ) -> str:
        """Render a form, a field or a control."""
        write = _WRITTEN_HERE.get(template_name)
        if write is not None:
            return write(context)
        if template_name == ErrorList.template_name and not context["errors"]:
            return SafeString("")  # Django renders this once for every field that is in order
        return super().render(template_name, context, request)
