"""`manage.py setup`: prepares everything that the server needs."""

import os
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command


def compile_translations() -> None:
    """Write the .mo files beside the .po files, without gettext.

    Each file is replaced atomically, so that a process that starts meanwhile reads the old or the new one.
    """
    for directory in settings.LOCALE_PATHS:
        for path in directory.glob("*/LC_MESSAGES/*.po"):
            draft = path.with_suffix(f".{os.getpid()}.mo")
            with path.open("rb") as source, draft.open("wb") as target:
                write_mo(target, read_po(source))
            draft.replace(path.with_suffix(".mo"))


class Command(BaseCommand):
    """Set up, or update, what the server needs; may be repeated at any time."""

    help = "Compile the translations, migrate the database, collect the static files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options that leave out steps."""
        parser.add_argument(
            "--without-database", action="store_true", help="leave the database alone, as an image's build must"
        )

    def handle(self, *, without_database: bool, **options: Any) -> None:
        """Announce and run each step."""
        self.stdout.write("Compiling translations …")
        compile_translations()
        if not without_database:
            self.stdout.write("Migrating the database …")
            call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stdout.write(self.style.SUCCESS("Ready."))
