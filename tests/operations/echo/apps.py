"""Registers the service."""

from django.apps import AppConfig
from django.db import connection

from helpdesk.operations.worker_services import Service, register_service


def answer(kind):
    """Answer one row of the kind; returns whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE echo SET answered = true WHERE id = (SELECT id FROM echo WHERE kind = %s AND NOT answered LIMIT 1)",
            [kind],
        )
        return cursor.rowcount == 1


class EchoConfig(AppConfig):
    """Answers rows of the kind `service`."""

    name = "tests.operations.echo"

    def ready(self):
        """Register."""
        register_service(Service("echo", "echo", lambda: answer("service")))
