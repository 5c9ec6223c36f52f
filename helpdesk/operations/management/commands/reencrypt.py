"""`manage.py reencrypt`: encrypt every secret with SECRET_KEY, so that old keys can be removed."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management import CommandError
from tqdm import tqdm

from helpdesk.operations.commands import DatabaseCommand
from helpdesk.operations.encryption import Reencryption, encrypted_columns, reencrypt_files


class Command(DatabaseCommand):
    """Encrypt every secret in the database and in files with SECRET_KEY; may be interrupted and repeated."""

    help = "Encrypt all secrets with SECRET_KEY, so that earlier keys can be removed from SECRET_KEY_FALLBACKS."

    def handle(self, **options: Any) -> None:
        """Encrypt, and print the result."""
        done = Reencryption()
        total = sum(column.rows().count() for column in encrypted_columns())
        with tqdm(total=total, unit=" secrets", disable=None) as progress:
            for number in done.run():
                progress.update(number)
        self.stdout.write(f"Encrypted anew: {done.renewed}. With SECRET_KEY already: {done.current}.")
        if done.unreadable:
            raise CommandError(
                f"{done.unreadable} secrets can be read with neither SECRET_KEY nor SECRET_KEY_FALLBACKS, and are "
                "kept. Add the key that they were encrypted with to SECRET_KEY_FALLBACKS and run this again."
            )
        self._take_files()
        self.stdout.write("SECRET_KEY decrypts every secret: SECRET_KEY_FALLBACKS is not needed for them any more.")

    def _take_files(self) -> None:
        try:
            reencrypt_files()
        except InvalidToken:
            raise CommandError(
                "The list of erased learners (VAR_DIR/erasures) can be read with neither SECRET_KEY nor "
                "SECRET_KEY_FALLBACKS. Add the key that it was written with and run this again."
            ) from None
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be encrypted anew: {error.strerror}") from None
