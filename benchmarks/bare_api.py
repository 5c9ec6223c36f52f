"""The baseline for the API: DRF views in the same project that only read or write tickets."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk.tickets.models import Ticket


class BareSerializer(serializers.ModelSerializer):
    """The columns of a ticket."""

    class Meta:
        model = Ticket
        fields = "__all__"


class BareView(APIView):
    """Base view without authentication."""

    authentication_classes = []


class BareList(BareView):
    """GET lists the newest fifty; POST inserts the body."""

    def get(self, request):
        """Two queries, one of them for the tags."""
        team = int(os.environ["BENCHMARK_TEAM"])
        tickets = Ticket.objects.filter(team=team).order_by("-requested_at", "-pk").prefetch_related("tags")[:50]
        return Response(BareSerializer(tickets, many=True).data)

    def post(self, request):
        """One insert."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bare_ticket (email, name) VALUES (%s, %s) RETURNING id",
                [request.data["learner"]["email"], request.data["learner"]["name"]],
            )
            return Response({"id": cursor.fetchone()[0]}, 201)


class BareDetail(BareView):
    """GET reads one ticket; PATCH updates one column."""

    def get(self, request, number):
        """Two queries, one of them for the tags."""
        team = int(os.environ["BENCHMARK_TEAM"])
        return Response(BareSerializer(Ticket.objects.get(team=team, number=number)).data)

    def patch(self, request, number):
        """One update."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE bare_ticket SET name = %s WHERE id = %s", [request.data["priority"], number])
        return Response({"id": number})


urlpatterns = [path("api/v1/tickets", BareList.as_view()), path("api/v1/tickets/<int:number>", BareDetail.as_view())]
settings.ROOT_URLCONF = __name__
application = WSGIHandler()
