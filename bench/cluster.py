"""The bench's own PostgreSQL, and its databases with so many certificates each."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from urllib.parse import quote

import psycopg2

from kpportal import embedded
from kpportal.embedded import keeper
from kpportal.embedded.place import locate

PROJECT: Final = Path(__file__).resolve().parent.parent
FEW: Final = "bench_few"
MANY: Final = "bench_many"


class Cluster:
    """A durable PostgreSQL under a folder, as `make run` uses one, kept until this process ends.

    Every run makes its databases anew; they stay until the next one, to be looked at.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = embedded.start(folder)
        shutil.rmtree(folder / "mail", ignore_errors=True)  # of the last run
        self._where = embedded.database(folder)
        self._secrets = {
            "KPPORTAL_SECRET_KEY": secrets.token_urlsafe(32),
            "KPPORTAL_DEMO_PASSWORD": secrets.token_urlsafe(16),
        }

    @property
    def postmaster(self) -> int:
        """The process whose children are the server."""
        pid = keeper.postmaster(locate(self.folder, durable=True).data)
        if pid is None:
            raise ProcessLookupError("PostgreSQL is gone.")
        return pid

    def environment(self, name: str) -> Mapping[str, str]:
        """What a process of the portal is told to work on one of the databases."""
        user, port = self._where["USER"], self._where["PORT"]
        host = quote(self._where["HOST"], safe="")
        return {
            "DATABASE_URL": f"postgresql://{user}@{host}:{port}/{name}",
            "DJANGO_SETTINGS_MODULE": "kpportal.settings",
            "EMAIL_URL": f"filemail:///{self.folder / 'mail'}",
            "KPPORTAL_ALLOWED_HOSTS": "127.0.0.1,testserver",
            "KPPORTAL_BASE_URL": "http://127.0.0.1",
            "KPPORTAL_DATA_DIR": str(self.folder),
            "KPPORTAL_DEMO": "1",
            "KPPORTAL_HTTP_ONLY": "1",
            "WEB_CONCURRENCY": "1",
            **self._secrets,
        }

    @property
    def password(self) -> str:
        """The password of everybody in the bench's databases."""
        return self._secrets["KPPORTAL_DEMO_PASSWORD"]

    def make(self, name: str) -> None:
        """An empty database with the portal's tables, in the place of an earlier one."""
        self.run("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.run("postgres", f"CREATE DATABASE {name}")
        self.manage(name, "migrate", "--verbosity", "0")

    def manage(self, name: str, *command: str) -> float:
        """Run a command of the portal on a database, and return the seconds it took."""
        return self._python(name, "manage.py", *command)

    def fill(self, name: str, certificates: int) -> float:
        """Bring in firms, people and so many certificates; returns the seconds it took."""
        return self._python(name, "-m", "bench", "--fill", str(certificates))

    def settle(self, name: str) -> None:
        """Do now what PostgreSQL would do some minutes after much was written."""
        self.run(name, "VACUUM (ANALYZE)")
        self.run(name, "CHECKPOINT")

    def run(self, name: str, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement in a database, and return its rows."""
        where = self._where
        with closing(
            psycopg2.connect(
                host=where["HOST"], port=where["PORT"], user=where["USER"], dbname=name
            )
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []

    def _python(self, name: str, *command: str) -> float:
        began = perf_counter()
        done = subprocess.run(  # noqa: S603 - our own programs
            [sys.executable, *command],
            cwd=PROJECT,
            env={**os.environ, **self.environment(name)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {done.stdout.strip()}")
        return perf_counter() - began
