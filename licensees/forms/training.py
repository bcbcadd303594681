"""Forms about training sessions."""

from typing import Any, Final

from django import forms

from accounts.fields import CivilDateField
from accounts.forms import NameField
from licensees.forms.papers import PaperField
from licensees.models import Licensee

FIRMS_AT_ONCE: Final = 4
LONGEST_NAME: Final = 120


class TrainingForm(forms.Form):
    """A session that was held."""

    held_on = CivilDateField(label="Date")
    title = NameField(label="Title", max_length=120)
    place = NameField(label="Place", max_length=120, required=False)
    agencies = NameField(
        label="Who taught", max_length=200, help_text="Agencies and USKPA, parted by commas."
    )
    topics = forms.CharField(
        label="Topics", max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class MaterialForm(forms.Form):
    """A paper that was handed out."""

    paper = PaperField(label="File")


class AttendanceForm(forms.Form):
    """Several people of several firms: a firm, and its people by name, one on a line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        firms = Licensee.objects.order_by("legal_name")
        for number in range(1, FIRMS_AT_ONCE + 1):
            self.fields[f"firm_{number}"] = forms.ModelChoiceField(
                firms, label=f"Firm {number}", required=number == 1, empty_label="- Select -"
            )
            self.fields[f"people_{number}"] = forms.CharField(
                label=f"People of firm {number}",
                required=number == 1,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Full names, one on a line.",
            )

    def clean(self) -> dict[str, Any]:
        """The pairs of firm and person, in the order typed, as ``people``."""
        data = super().clean() or {}
        people: list[tuple[Licensee, str]] = []
        for number in range(1, FIRMS_AT_ONCE + 1):
            firm, text = data.get(f"firm_{number}"), data.get(f"people_{number}") or ""
            names = [NameField().to_python(line) for line in text.splitlines() if line.strip()]
            if firm is None and names:
                self.add_error(f"firm_{number}", "Choose the firm of these people.")
            elif firm is not None and not names and f"people_{number}" not in self.errors:
                self.add_error(f"people_{number}", "Name its people, or choose no firm.")
            elif any(len(name) > LONGEST_NAME for name in names):
                self.add_error(f"people_{number}", f"A name has at most {LONGEST_NAME} letters.")
            people += [(firm, name) for name in names if firm is not None]
        return {**data, "people": people}
