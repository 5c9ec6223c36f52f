"""What all tests share."""

import pytest


def pytest_sessionstart(session: pytest.Session) -> None:
    """Bring the compiled translations and static files up to date, once for all parallel workers."""
    if hasattr(session.config, "workerinput"):
        return
    from django.core.management import call_command

    from helpdesk.operations.management.commands.setup import compile_translations

    compile_translations()
    call_command("collectstatic", verbosity=0, interactive=False)
