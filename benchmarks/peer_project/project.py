"""A django-helpdesk project set up as its documentation says, for its own environment; as a script it seeds it."""

import json
import os
import re
import sys
from datetime import timedelta
from random import Random

import django
from django.conf import settings

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.sites",
        "django.contrib.humanize",
        "rest_framework",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.gzip.GZipMiddleware",  # as ours: something has to compress for browsers
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        },
    ],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600}
        | json.loads(os.environ["PEER_DATABASE"])
    },
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
    LOGIN_URL="helpdesk:login",
    LOGIN_REDIRECT_URL="helpdesk:home",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    SITE_ID=1,
    USE_TZ=True,
    HELPDESK_TEAMS_MODE_ENABLED=False,
)
django.setup()

from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from helpdesk.models import FollowUp, Queue, Ticket

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
application = WSGIHandler()

BATCH, SHOWN = 5_000, 200
COURSES = ["Confeitaria", "Pães artesanais", "Inglês", "Fotografia", "Violão", "Excel"]
UNFINISHED_SHARE = 0.04  # as in helpdesk/demo/seeding.py


def seed(count):
    """Create a year of `count` tickets in queues, each with two follow-ups."""
    queues = [Queue.objects.create(title=title, slug=f"queue-{place}") for place, title in enumerate(COURSES)]
    person = get_user_model().objects.create_superuser("ana", "ana@example.com", "a benchmark's password")
    random, now = Random("seed"), timezone.now()
    for start in range(0, count, BATCH):
        places = range(start, min(start + BATCH, count))
        made = Ticket.objects.bulk_create(_ticket(random, queues, person, now, place, count) for place in places)
        FollowUp.objects.bulk_create(event for ticket in made for event in _history(ticket, person))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _ticket(random, queues, person, now, place, count):
    asked_at = now - timedelta(days=365) * (count - place) / count
    is_finished = place < count * (1 - UNFINISHED_SHARE)
    return Ticket(
        title="Ask for help", queue=random.choice(queues), created=asked_at, modified=asked_at,
        submitter_email=f"{place}@example.com", assigned_to=random.choice([person, None]),
        status=Ticket.RESOLVED_STATUS if is_finished else Ticket.OPEN_STATUS, priority=random.randint(1, 5),
        description="O vídeo da aula trava no celular.", secret_key=str(place),
    )  # fmt: skip


def _history(ticket, person):
    common = {"ticket": ticket, "date": ticket.created, "user": person, "public": False}
    yield FollowUp(title="Ticket Opened", comment=ticket.description, **common)
    yield FollowUp(title="Comment", comment="Respondi por e-mail com a apostila.", **common)


def describe():
    """The addresses of its list (a page and the request for its rows) and of tickets, with a person's session."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get())
    query = re.search('name="query_encoded" value="([^"]+)"', client.get("/tickets/").text)[1]
    rows = f"/datatables_ticket_list/{query}?draw=1&start=0&length=25&order[0][column]=0&order[0][dir]=desc"
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[:SHOWN]
    pages = {"inbox": [["/tickets/", rows]], "ticket": [[f"/tickets/{pk}/"] for pk in newest]}
    return {"pages": pages, "session": client.cookies["sessionid"].value}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    if not Queue.objects.exists():
        seed(int(sys.argv[1]))
    print(json.dumps(describe()))
