"""The container files. No engine is at hand, so they say only what the README's path also runs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpportal import serve
from setup import commands

ROOT = Path(serve.__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SETTINGS = (ROOT / "kpportal" / "settings.py").read_text()


def instructions(word: str) -> list[str]:
    return re.findall(rf"^{word} (.*)$", DOCKERFILE, re.MULTILINE)


def test_the_image_is_set_up_by_the_command_make_run_begins_with() -> None:
    setup, folders = instructions("RUN")
    assert setup == "python3 bootstrap.py setup"
    assert "setup" in commands.COMMANDS
    assert commands.INSTALLED_FOR["setup"] == commands.INSTALLED_FOR["run"]
    assert folders == "mkdir -p staticfiles var && chown nobody staticfiles var"


def test_the_container_serves_with_the_program_make_run_ends_in() -> None:
    (command,) = instructions("CMD")
    python, *arguments = json.loads(command)
    assert python == ".venv/bin/python"
    assert arguments[:2] == commands.PROGRAMS["run"]
    options = serve.parser().parse_args(arguments[2:])
    assert options.no_demo
    assert options.host == "0.0.0.0"  # noqa: S104 - a container is reached from outside it


def test_the_container_does_not_run_as_root() -> None:
    assert instructions("USER") == ["nobody"]
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")


def test_the_set_up_has_every_file_it_reads() -> None:
    copied = " ".join(instructions("COPY")[:2]).split()
    for name in ("bootstrap.py", "setup/", "requirements.lock", "requirements-dev.lock"):
        assert name in copied
    for name in ("requirements-node.lock", "package.json", "package-lock.json"):
        assert name in copied
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not set(ignored) & {name.rstrip("/") for name in copied}
    assert {".git", ".venv", "var", ".env", "static/vendor"} <= set(ignored)


def test_python_is_one_the_portal_runs_on() -> None:
    assert {image.split(" ")[0] for image in instructions("FROM")} == {"python:3.11-slim"}


def test_compose_runs_the_image_as_it_is_against_postgresql_18() -> None:
    assert COMPOSE["services"].keys() == {"database", "web"}
    web, database = COMPOSE["services"]["web"], COMPOSE["services"]["database"]
    assert web["build"] == "."
    assert database["image"] == "postgres:18"
    for service in (web, database):
        assert not service.keys() & {"command", "entrypoint", "healthcheck"}
    # As the embedded server is made.
    assert "--locale-provider=builtin --builtin-locale=C.UTF-8" in str(database["environment"])


@pytest.mark.parametrize("name", COMPOSE["services"]["web"]["environment"])
def test_the_settings_know_what_compose_passes(name: str) -> None:
    assert f'("{name}"' in SETTINGS


def test_no_secret_is_written_down() -> None:
    environments = [service["environment"] for service in COMPOSE["services"].values()]
    for environment in environments:
        for name, value in environment.items():
            if re.search(r"PASSWORD|SECRET|URL", name):
                assert value.startswith("${") or ":${" in value, name
    assert "ENV" not in DOCKERFILE
    assert "ARG" not in DOCKERFILE
