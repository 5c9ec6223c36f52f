#!/usr/bin/env python
"""Django's command line, with a private PostgreSQL where no database is configured."""

import os
import sys

import local_environment


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    local_environment.prepare()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
