"""Addresses below /reviews/."""

from django.urls import path

from reviews import views

app_name = "reviews"

urlpatterns = [path("", views.ClockList.as_view(), name="list")]
