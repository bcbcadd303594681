"""Renders every Django form in the markup of the U.S. Web Design System (USWDS).

Forms stay plain Django. ``{{ form }}`` is the error summary and all fields,
``{{ form.weight.as_field_group }}`` one field with label, hint and error, ``{{ form.weight }}`` the
bare control; each already carries its USWDS class and what assistive technology needs.

Fields, boxes and lists are written here instead of by Django's nested templates: a list of sixty
Participants costs a tenth of a millisecond this way, two through a template for each option, and
a page with twenty fields would take a third longer.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList, flatatt
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
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


def _field(context: Mapping[str, Any]) -> SafeString:
    return field_group(context["field"])


def field_group(field: "USWDSBoundField", label: str = "") -> SafeString:
    """One field with its label, hint and errors; ``label`` takes the place of the field's own."""
    kind, errors = field.kind, field.errors
    bad = " usa-form-group--error" if errors else ""
    label_bad = " usa-label--error" if errors else ""
    legend_bad = " usa-legend--error" if errors else ""
    name = conditional_escape(label or field.label) + (_REQUIRED if field.field.required else "")
    target = escape(field.id_for_label)
    hint, wrong, control = _hint(field), _errors(field, errors), _with_unit(field)
    match kind:
        case "choices":
            about = flatatt({"aria-describedby": field.aria_describedby or None})
            inner = f'<legend class="usa-legend{legend_bad}">{name}</legend>{hint}{wrong}{control}'
            group = f'<fieldset class="usa-fieldset usa-form-group{bad}"{about}>{inner}</fieldset>'
        case "checkbox":
            # The label follows its box at once.
            tick = f'{control}<label class="usa-checkbox__label" for="{target}">{name}</label>'
            inner = f'{wrong}<div class="usa-checkbox">{tick}</div>{hint}'
            group = f'<div class="usa-form-group{bad}">{inner}</div>'
        case _:
            show = _SHOW_BUTTON.format(target) if kind == "password" else ""
            head = f'<label class="usa-label{label_bad}" for="{target}">{name}</label>'
            group = f'<div class="usa-form-group{bad}">{head}{hint}{wrong}{control}{show}</div>'
    return SafeString(group)  # nosec B703


def _hint(field: "USWDSBoundField") -> str:
    if not field.help_text:
        return ""
    beside = " portal-choice-hint" if field.kind == "checkbox" else ""
    name = escape(f"{field.auto_id}_helptext")
    return f'<div class="usa-hint{beside}" id="{name}">{field.help_text}</div>'


def _errors(field: "USWDSBoundField", errors: ErrorList) -> str:
    if not errors:
        return ""
    lines = (
        f'<div><span class="usa-sr-only">Error: </span>{conditional_escape(str(error))}</div>'
        for error in errors
    )
    name = escape(f"{field.auto_id}_error")
    return f'<div class="usa-error-message" id="{name}">{"".join(lines)}</div>'


def _with_unit(field: "USWDSBoundField") -> str:
    """The control, with the text that is drawn inside its box before or after the value."""
    before, after = field.input_prefix, field.input_suffix
    if not before and not after:
        return str(field)
    bad = " usa-input-group--error" if field.errors else ""
    unit = '<div class="usa-input-{}" aria-hidden="true">{}</div>'
    parts = (
        unit.format("prefix", escape(before)) if before else "",
        str(field),
        unit.format("suffix", escape(after)) if after else "",
    )
    return f'<div class="usa-input-group{bad}">{"".join(parts)}</div>'


_REQUIRED = ' <abbr title="required" class="usa-hint usa-hint--required">*</abbr>'
_SHOW_BUTTON = (
    '<button type="button" class="usa-show-password" aria-controls="{}"'
    ' data-show-text="Show password" data-hide-text="Hide password">Show password</button>'
)
FIELD = "field"  # what Django calls the template of a field; there is none, it is written here
_BOXES = ("text", "number", "email", "url", "search", "tel", "password", "hidden", "checkbox")
_WRITTEN_HERE: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in _BOXES},
    FIELD: _field,
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
    field_template_name = FIELD
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
