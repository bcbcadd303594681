"""What the tests of the audit desk share: somebody who may sit at it, and a row of every kind."""

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client

from accounts.models import User
from certificates.models import Certificate
from licensees.models import Contact, Licensee
from tests.cast import Cast
from tests.routes import Things
from tests.unchanged import OURS

Rows = dict[type[Model], Model]


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    """A browser in which an overseer has signed in."""
    client.force_login(cast.overseer)
    return client


@pytest.fixture
def rows(cast: Cast) -> Rows:
    """One row of every model of ours, made by the operations."""
    Things(cast)
    found: dict[type[Model], Model | None] = {
        model: model._default_manager.order_by("pk").first()
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }
    assert not [model for model, row in found.items() if row is None]
    shipped = Certificate.objects.get(status="shipped")
    chosen = {
        User: cast.issuer,
        Licensee: cast.firm_a,
        Contact: cast.contact_a,
        Certificate: shipped,
    }
    return {**found, **chosen}  # type: ignore[dict-item]
