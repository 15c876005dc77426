#!/usr/bin/env python3
"""Makmal from a terminal: `.venv/bin/python manage.py help`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        sys.exit(
            "makmal: Django is not installed here. Run `make setup`, then .venv/bin/python manage.py …"
        )
    from config.environment import Misconfigured

    try:
        execute_from_command_line(sys.argv)
    except Misconfigured as error:
        sys.exit(f"makmal: {error}")


if __name__ == "__main__":
    main()
