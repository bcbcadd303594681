"""The addresses of the audit desk, and the models it shows."""

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from journal.read_only import ReadOnlyAdmin

APPS = ("accounts", "certificates", "journal", "licensees", "reviews")
MODELS: list[type[Model]] = [
    model for label in APPS for model in apps.get_app_config(label).get_models()
]
NAMES = [model._meta.label for model in MODELS]


def list_of(model: type[Model], query: str = "") -> str:
    """The address of a model's list."""
    return reverse(f"admin:{_name(model)}_changelist") + query


def row_of(row: Model, page: str = "change") -> str:
    """The address of a row's page, or of the page that would change it in another way."""
    return reverse(f"admin:{_name(type(row))}_{page}", args=[row.pk])


def adding(model: type[Model]) -> str:
    """The address at which a row would be added."""
    return reverse(f"admin:{_name(model)}_add")


def desk_of(model: type[Model]) -> ReadOnlyAdmin:
    """What the site does with a model."""
    found = admin.site._registry[model]
    assert isinstance(found, ReadOnlyAdmin)
    return found


def _name(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"
