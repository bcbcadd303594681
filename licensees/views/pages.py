"""What the pages about one firm share: who may open them, and the tabs of a firm's story."""

from typing import Any, ClassVar, Final, NamedTuple

from django.urls import reverse

from accounts.web import VisibleObjectMixin
from licensees import rules
from licensees.models import Licensee


class Tab(NamedTuple):
    """One part of a firm's story: its word, and the route of its page."""

    label: str
    route: str


# In this order. The register's own tabs are pages of the register.
TABS: Final = (
    Tab("Licence", "licensees:detail"),
    Tab("People", "licensees:people"),
    Tab("Stock", "firm:stock"),
    Tab("Certificates", "firm:certificates"),
    Tab("Duties", "firm:duties"),
    Tab("Money", "licensees:money"),
    Tab("Acknowledgments", "licensees:acknowledgments"),
    Tab("Addresses", "licensees:addresses"),
    Tab("Training", "licensees:firm_training"),
    Tab("History", "licensees:history"),
)


class LicenseePage(VisibleObjectMixin):
    """A page about one firm; ``tab`` is the label of the one it stands under, if any."""

    object: Licensee
    queryset = Licensee.objects.all()
    context_object_name = "licensee"
    permission = rules.VIEW
    tab: ClassVar[str] = ""

    def get_success_url(self) -> str:
        """Back to the firm, on the tab the page belongs to."""
        return self.tab_url(self.tab)

    def tab_url(self, label: str) -> str:
        """The address of one of the firm's tabs."""
        route = next((tab.route for tab in TABS if tab.label == label), "licensees:detail")
        return reverse(route, args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The firm's tabs, each with its address and whether it is this page's."""
        tabs = [
            {
                "label": tab.label,
                "url": reverse(tab.route, args=[self.object.pk]),
                "current": tab.label == self.tab,
            }
            for tab in TABS
        ]
        return super().get_context_data(tabs=tabs, **kwargs)
