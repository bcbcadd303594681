"""All addresses of the portal (design 5)."""

from django.contrib import admin
from django.urls import include, path

from accounts.urls import sign_in_patterns
from certificates.urls import duty_patterns
from kpportal.home import home

urlpatterns = [
    path("", home, name="home"),
    path("account/", include("accounts.urls")),
    path("account/", include(sign_in_patterns)),
    path("certificates/", include("certificates.urls")),
    path("duties/", include((duty_patterns, "duties"))),
    path("licensees/", include("licensees.urls")),
    path("reviews/", include("reviews.urls")),
    path("admin/", admin.site.urls),
]
