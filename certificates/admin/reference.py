"""The audit desk's pages of the reference tables: Participants, countries and ports."""

from django.contrib import admin

from certificates.models import Country, Participant, Port
from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    """Where exports may go, by date."""

    about = "Participants in the Kimberley Process by date: exports go to open ones only."
    list_display = ("name", "code", "standing", "valid_from", "valid_to", "source")
    sortable_by = ("name", "code", "valid_from", "valid_to")
    list_filter = (("standing", OneOf), ("valid_from", Days), ("valid_to", Days))
    search_fields = ("name", "=code", "note", "source")
    search_help_text = "Part of a name, note or source, or two letters."


@admin.register(Country)
class CountryAdmin(ReadOnlyAdmin):
    """Which Participant a country's trade counts under."""

    about = "Countries and territories, with the Participant each one’s trade counts under."
    list_display = ("name", "code", "participant_code")
    search_fields = ("name", "=code", "=participant_code")
    search_help_text = "Part of a name, or two letters."


@admin.register(Port)
class PortAdmin(ReadOnlyAdmin):
    """Ports of export."""

    about = "Ports of export with their Schedule D codes."
    list_display = ("name", "code", "is_open")
    list_filter = (("is_open", OneOf),)
    search_fields = ("name", "=code")
    search_help_text = "Part of a name, or four digits."
