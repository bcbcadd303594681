"""The audit desk's pages of the users and of the mail that was written to them."""

from collections.abc import Iterable

from django.contrib import admin

from accounts.models import Mail, User
from journal.list_filters import Days, OneOf
from journal.models import Entry
from journal.read_only import History, ReadOnlyAdmin


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Who can sign in. How they prove it is nobody's business: no page shows the password."""

    about = "Everyone who signs in or ever did. Accounts are closed, never deleted."
    subject = "user"
    hidden = ("password",)
    list_display = (
        "email", "name", "office", "agency", "is_active", "is_demonstration", "invited_at",
        "last_login",
    )  # fmt: skip
    sortable_by = ("email", "name", "invited_at", "last_login")
    list_filter = (
        ("office", OneOf), ("agency", OneOf), ("is_active", OneOf), ("is_demonstration", OneOf),
        ("invited_at", Days), ("last_login", Days),
    )  # fmt: skip
    search_fields = ("email", "name")
    search_help_text = "Part of an e-mail address or of a name."

    def histories(self, row: User) -> Iterable[History]:
        """What they did, then what was done to their account."""
        theirs = Entry.objects.filter(actor_id=row.pk).order_by("-id")
        yield History("What this person did", theirs, {"actor_id": str(row.pk)}, False)
        for history in super().histories(row):
            yield history._replace(heading="What was done to the account")


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """What went out to whom. The words stay out: some hold a link for the recipient alone."""

    about = "Every message the portal wrote, to whom, and what became of it; not its words."
    subject = "mail"
    hidden = ("text", "html")
    list_display = (
        "subject", "recipient", "state", "attempts", "queued_at", "due_at", "sent_at",
    )  # fmt: skip
    sortable_by = ("recipient", "queued_at", "due_at", "sent_at")
    list_filter = (
        ("state", OneOf), ("is_personal", OneOf), ("queued_at", Days), ("sent_at", Days),
    )  # fmt: skip
    search_fields = ("recipient", "subject")
    search_help_text = "Part of an e-mail address or of a subject."
