"""Addresses below /licensees/."""

from django.urls import path

from licensees import views

app_name = "licensees"

urlpatterns = [
    path("", views.LicenseeList.as_view(), name="list"),
    path("<int:pk>/", views.LicenseeDetail.as_view(), name="detail"),
    path("<int:pk>/appoint/", views.Appoint.as_view(), name="appoint"),
    path("<int:pk>/suspend/", views.Suspend.as_view(), name="suspend"),
    path("<int:pk>/reinstate/", views.Suspend.as_view(reinstating=True), name="reinstate"),
    path("contacts/<int:pk>/dismiss/", views.Dismiss.as_view(), name="dismiss"),
    path("parties/<int:pk>/retire/", views.RetireParty.as_view(), name="retire_party"),
]
