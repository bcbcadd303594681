"""The audit desk's pages of the reviews."""

from django.contrib import admin

from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin
from reviews.models import Finding, Review


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Visits planned and made, by USKPA and by the government."""

    about = "Reviews of firms: planned, completed and cancelled, by each of the two bodies."
    subject = "review"
    list_display = ("licensee", "body", "status", "planned_on", "visited_on", "is_onsite")
    sortable_by = ("planned_on", "visited_on")
    list_select_related = ("licensee",)
    list_filter = (
        ("licensee", OneOf), ("body", OneOf), ("status", OneOf), ("is_onsite", OneOf),
        ("planned_on", Days), ("visited_on", Days),
    )  # fmt: skip
    search_fields = ("licensee__legal_name",)
    search_help_text = "Part of a firm’s name."


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """What reviews found, and by when it must be put right."""

    about = "Findings of reviews: how grave, due when, and closed when and by whom."
    subject = "finding"
    list_display = ("review", "grade", "text", "raised_on", "due_on", "closed_on")
    sortable_by = ("raised_on", "due_on", "closed_on")
    list_select_related = ("review__licensee",)
    list_filter = (
        ("review__licensee", OneOf), ("grade", OneOf), ("due_on", Days), ("closed_on", Days),
    )  # fmt: skip
    search_fields = ("text", "review__licensee__legal_name")
    search_help_text = "Words of a finding, or part of a firm’s name."
