#!/usr/bin/env python
"""Run one of the portal's commands, starting the embedded PostgreSQL when one is needed."""

import os
import sys

from django.core.management import execute_from_command_line

from kpportal import embedded
from kpportal.demo.surroundings import set_demonstration_environment

# These look at code only; starting a database for them would be work for nothing.
WITHOUT_DATABASE = {"collectstatic", "help", "version", "--help", "--version"}


def main() -> None:
    """Start what the settings ask for, then hand over to Django.

    Beside a demonstration that `make run` made, the commands get its environment.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpportal.settings")
    data_dir = embedded.configured_data_dir()
    if "KPPORTAL_SECRET_KEY" not in os.environ and (data_dir / "secret-key").exists():
        set_demonstration_environment(os.environ, data_dir, os.environ.get("PORT") or "8000")
    if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
        try:
            embedded.start_if_configured()
        except embedded.EmbeddedError as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
