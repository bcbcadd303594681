"""What every test stands on: a real PostgreSQL of its own, and one person of each kind."""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate

from certificates.reference.load import load
from tests.cast import Cast


def pytest_configure(config: pytest.Config) -> None:
    """Passwords in tests need no slow hashing, static files no manifest; papers lie in a folder
    that goes with the process.

    Every process has a database of its own, so that two runs in one folder do not meet.
    """
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_kpportal_{os.getpid()}"
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    papers = TemporaryDirectory(prefix="papers-")
    config.add_cleanup(papers.cleanup)
    cabinet = settings.STORAGES["papers"]
    settings.STORAGES = {
        **settings.STORAGES,
        "papers": {**cabinet, "OPTIONS": {**cabinet["OPTIONS"], "location": papers.name}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tables of a test's database may be emptied, which the guards refuse elsewhere."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET kpportal.may_truncate = 'on'")
        connection.close()  # the next one begins with the setting


@pytest.fixture(scope="session", autouse=True)
def reference_after_flush() -> Iterator[None]:
    """A test that commits empties all tables; put the reference rows back, as migrating did."""

    def reload(sender: Any, **kwargs: Any) -> None:
        if not apps.get_model("certificates", "Country").objects.exists():
            load(apps)
            first_wording.insert(apps)

    first_wording = import_module("licensees.migrations.0006_first_wording")
    post_migrate.connect(reload, sender=apps.get_app_config("certificates"), weak=False)
    yield
    post_migrate.disconnect(reload, sender=apps.get_app_config("certificates"))


@pytest.fixture
def cast(db: None) -> Cast:
    """One person of each kind, two ordinary firms and a carrier, and certificates to use."""
    return Cast()


@pytest.fixture
def transactional_cast(transactional_db: None) -> Cast:
    """The same people, committed, for threads and browsers of their own."""
    return Cast()
