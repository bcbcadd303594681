"""What every test stands on: a real PostgreSQL of its own, and one person of each kind."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

os.environ.update(
    KPPORTAL_SECRET_KEY="only-for-the-tests",
    KPPORTAL_ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    KPPORTAL_HTTP_ONLY="1",
    KPPORTAL_DEMO="1",
    KPPORTAL_BASE_URL="http://testserver",
    EMAIL_URL="memorymail://",
)

if "DATABASE_URL" not in os.environ:
    # A cluster of its own, without fsync; every worker has its own database in it. The handle
    # keeps the server up as long as this process lives.
    from kpportal import embedded

    os.environ["KPPORTAL_DATA_DIR"] = str(ROOT / "var" / "test")
    SERVER = embedded.start(ROOT / "var" / "test", durable=False)

import pytest  # noqa: E402
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db.models.signals import post_migrate  # noqa: E402

from tests.cast import Cast  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Passwords in tests need no slow hashing; static files need no manifest."""
    if "DATABASE_URL" not in os.environ:
        settings.DATABASES["default"].update(
            embedded.database(ROOT / "var" / "test", durable=False)
        )
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session", autouse=True)
def reference_after_flush() -> Iterator[None]:
    """A test that commits empties all tables; put the reference rows back, as migrating did."""

    def reload(sender: Any, **kwargs: Any) -> None:
        from certificates.reference.load import load

        if apps.get_model("certificates", "Country").objects.exists():
            return
        load(apps)

    post_migrate.connect(reload, sender=apps.get_app_config("certificates"), weak=False)
    yield
    post_migrate.disconnect(reload, sender=apps.get_app_config("certificates"))


@pytest.fixture
def cast(db: None) -> Cast:
    """One person of each kind, two ordinary firms and a carrier, and certificates to use."""
    return Cast()
