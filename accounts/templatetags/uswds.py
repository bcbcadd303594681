"""How figures, dates and icons are written on every page.

Loaded for all templates by the settings, so pages need no ``{% load %}``. Every filter answers the
empty string for a fact that is not there yet, so that ``|default:"—"`` can follow.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.rendering import USWDSBoundField, field_group

register = template.Library()

NEW_YORK = ZoneInfo("America/New_York")
_CENT = Decimal("0.01")


@register.filter
def usd(value: Decimal | None) -> str:
    """Dollars with two decimals: ``$1,234.50``. A negative amount is ``-$1,234.50``."""
    if value is None:
        return ""
    sign = "-" if value < 0 else ""
    return f"{sign}${abs(value).quantize(_CENT):,}"


@register.filter
def carats(value: Decimal | None) -> str:
    """A weight in carats with two decimals: ``1,234.50 ct``."""
    return "" if value is None else f"{value.quantize(_CENT):,}\u00a0ct"


@register.filter
def civil_date(value: dt.date | None) -> str:
    """A day of the New York calendar: ``Nov 24, 2026``. A moment is refused with TypeError."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        raise TypeError("civil_date takes a date; show a datetime with the filter `moment`.")
    return f"{value:%b} {value.day}, {value.year}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """An aware moment on New York's clock: ``Nov 24, 2026, 6:05 PM EST``, as a time element."""
    if value is None:
        return ""
    if value.utcoffset() is None:
        raise TypeError("moment takes an aware datetime.")
    local = value.astimezone(NEW_YORK)
    return format_html(
        '<time datetime="{}">{}, {} {} {}</time>',
        local.isoformat(timespec="seconds"),
        civil_date(local.date()),
        f"{local.hour % 12 or 12}:{local:%M}",
        "AM" if local.hour < 12 else "PM",
        local.tzname(),
    )


@register.filter
def beside(columns: Sequence[object], cells: Sequence[object]) -> Iterator[tuple[object, object]]:
    """Each column of a table with its cell in one row; a row of another length is refused."""
    return zip(columns, cells, strict=True)


@register.simple_tag
def field(bound: USWDSBoundField, label: str) -> SafeString:
    """A form's field under another label than its own."""
    return field_group(bound, label)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """The USWDS icon ``name`` as decoration: words beside it must say the same."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f"usa-icon {extra}".strip(),
        static("vendor/uswds/img/sprite.svg"),
        name,
    )
