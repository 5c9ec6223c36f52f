"""`manage.py doctor`: whether this installation is set up well, and what to do if it is not."""

import json
import sys
from dataclasses import asdict
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from helpdesk.operations import operator_commands
from helpdesk.operations.doctor.findings import Finding, Level, run_checks
from helpdesk.operations.doctor.mail_check import send_test

STYLES = {Level.OK: "SUCCESS", Level.WARN: "WARNING", Level.FAIL: "ERROR"}


class Command(BaseCommand):
    """Print one line per finding; the exit code is 1 if something does not work."""

    help = "Look at settings, database, mail, network, disk, worker and backups, and say what to do."
    requires_system_checks = []  # system checks are among the findings

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="One JSON object a line.")
        parser.add_argument("--send-mail", metavar="ADDRESS", help="Send a test e-mail there as well.")
        parser.add_argument("--strict", action="store_true", help="The exit code is 1 for warnings as well.")

    def handle(self, *, send_mail: str | None, strict: bool, **options: Any) -> None:
        """Run the checks and print each finding as it comes in."""
        if send_mail:
            try:
                validate_email(send_mail)
            except ValidationError:
                raise CommandError(f"{send_mail!r} is no e-mail address.") from None
        write = self._write_json if options["json"] else self._write
        levels = set()
        for finding in chain(run_checks(), map(send_test, [send_mail] if send_mail else [])):
            levels.add(finding.level)
            write(finding)
        operator_commands.note("checks_run")
        if Level.FAIL in levels or (strict and Level.WARN in levels):
            sys.exit(1)

    def _write(self, finding: Finding) -> None:
        level = getattr(self.style, STYLES[finding.level])(f"{finding.level.value:4}")
        to_do = f"  → {finding.to_do}" if finding.to_do else ""
        self.stdout.write(f"{level}  {finding.subject}: {finding.text}{to_do}".replace("\n", " "))
        self.stdout.flush()

    def _write_json(self, finding: Finding) -> None:
        self.stdout.write(json.dumps(asdict(finding), ensure_ascii=False))
