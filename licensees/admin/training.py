"""The audit desk's pages of training sessions, and who came to them."""

from django.contrib import admin

from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin
from licensees.models import Attendance, TrainingSession


@admin.register(TrainingSession)
class TrainingSessionAdmin(ReadOnlyAdmin):
    """What was taught, when, and by whom."""

    about = "Sessions that USKPA and the agencies held for licensees."
    subject = "training"
    list_display = ("title", "held_on", "place", "agencies")
    sortable_by = ("held_on", "title")
    list_filter = (("held_on", Days),)
    search_fields = ("title", "agencies", "topics")
    search_help_text = "Part of a title, of who taught, or of the topics."


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    """Who came."""

    about = "Who of which firm came to which session."
    subject = "attendance"
    list_display = ("person", "licensee", "session", "entered_by")
    sortable_by = ("person",)
    list_select_related = ("licensee", "session", "entered_by")
    list_filter = (("licensee", OneOf), ("session", OneOf))
    search_fields = ("person", "licensee__legal_name")
    search_help_text = "Part of a person’s or of a firm’s name."
