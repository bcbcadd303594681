#!/usr/bin/env python
"""Run one of the portal's commands, starting the embedded PostgreSQL when one is needed."""

import os
import sys

from django.core.management import execute_from_command_line

# These look at code only; starting a database for them would be work for nothing.
WITHOUT_DATABASE = {"collectstatic", "help", "version", "--help", "--version"}


def main() -> None:
    """Start what the settings ask for, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpportal.settings")
    if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
        from kpportal import embedded

        embedded.start_if_configured()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
