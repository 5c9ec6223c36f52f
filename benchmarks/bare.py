"""The baseline for the intake: a view in the same project that only checks the HMAC and inserts the raw body."""

import hashlib
import hmac
import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

KEY = os.environ["BENCHMARK_KEY"].encode()


@csrf_exempt
def take(request, source_id):
    """Verify, insert, answer."""
    signature = hmac.new(KEY, request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers["x-signature"]):
        return HttpResponse(status=401)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_delivery (body) VALUES (%s)", [request.body])
    return HttpResponse("{}", content_type="application/json")


urlpatterns = [path("webhooks/eduzz/<str:source_id>/", take)]
settings.ROOT_URLCONF = __name__
application = WSGIHandler()
