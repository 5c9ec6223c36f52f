#!/usr/bin/env python
"""Django's command line, with a private PostgreSQL where no database is configured."""

import gc
import os
import sys

import local_environment


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    local_environment.prepare()
    gc.disable()  # what is imported stays, and to look through it again and again is a fifth of the start
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    gc.freeze()
    gc.enable()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
