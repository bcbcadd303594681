"""All addresses of the portal (design 5)."""

from django.contrib import admin
from django.urls import include, path

from accounts.urls import sign_in_patterns
from certificates.urls import duty_patterns, firm_patterns
from kpportal.home import home
from kpportal.how_to_export import how_to_export
from licensees.urls import apply_patterns

urlpatterns = [
    path("", home, name="home"),
    path("how-to-export/", how_to_export, name="how_to_export"),
    path("account/", include("accounts.urls")),
    path("account/", include(sign_in_patterns)),
    path("certificates/", include("certificates.urls")),
    path("duties/", include((duty_patterns, "duties"))),
    path("licensees/", include("licensees.urls")),
    path("apply/", include((apply_patterns, "apply"))),
    path("licensees/<int:pk>/", include((firm_patterns, "firm"))),
    path("reviews/", include("reviews.urls")),
    path("admin/", admin.site.urls),
]
