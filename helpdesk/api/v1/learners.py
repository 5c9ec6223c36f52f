"""`/learners`: people who take the courses and ask for help."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from helpdesk.api.framework.fields import TextField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.list_filters import EmailQuery, UpdatedListView, UpdatedQuery, filter_by_email
from helpdesk.courses.actions import set_phone
from helpdesk.courses.contact import clean_phone
from helpdesk.courses.models import Learner
from helpdesk.teams.roles import Permission


class LearnerSerializer(ResourceSerializer):
    """A learner: somebody who takes the team's courses, as Eduzz or the team knows them."""

    resource = "learners"
    learner_key = "pk"
    id = serializers.IntegerField(read_only=True, help_text="ID of the learner.")
    email = serializers.CharField(
        read_only=True,
        help_text="In lower case; unique within the team. If it was corrected, events may contain another one.",
    )
    name = serializers.CharField(read_only=True, help_text="From the newest event; may be empty.")
    phone = serializers.CharField(read_only=True, help_text="Digits with the country code; empty if not known.")
    created_at = UTCField(read_only=True, help_text="When the first event of this learner arrived.")
    updated_at = UTCField(
        read_only=True, help_text="When the learner was created, or their name, address or phone last changed."
    )

    class Meta:
        model = Learner
        fields = ["id", "email", "name", "phone", "created_at", "updated_at"]


class LearnerQuery(UpdatedQuery, EmailQuery):
    """The parameters of the list of learners."""


class LearnerChange(StrictSerializer):
    """The fields that the team itself enters about a learner."""

    example = {"phone": "+55 11 91234-5678"}
    phone = TextField(
        allow_blank=True, max_length=30, help_text="With the country code, unless it is Brazilian; empty deletes it."
    )

    def validate_phone(self, text: str) -> str:
        """The phone number as digits with the country code. Raises ValidationError."""
        try:
            return clean_phone(text)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from None


class LearnerList(UpdatedListView):
    """The learners that the team knows."""

    tag = "learners"
    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_learners", "List learners", LearnerSerializer, query=LearnerQuery)
    def get(self, request: Any) -> QuerySet[Learner]:
        """Returns learners in the order in which they first appeared, or by last change with `updated_since`."""
        return filter_by_email(Learner.objects.for_team(self.team), self.query)


class LearnerDetail(TeamView):
    """One learner."""

    tag = "learners"
    permissions = {"GET": Permission.TICKET_VIEW, "PATCH": Permission.TICKET_CHANGE}

    @operation("get_learner", "Get a learner", response=LearnerSerializer)
    def get(self, request: Any, pk: int) -> Learner:
        """Returns one learner with their contact data."""
        return self.get_or_404(Learner.objects.for_team(self.team), pk=pk)

    @operation("change_learner", "Set a learner's phone", body=LearnerChange, response=LearnerSerializer)
    def patch(self, request: Any, pk: int) -> Learner:
        """The name and e-mail address come from Eduzz; they can only be corrected in the dashboard."""
        learner = self.get_or_404(Learner.objects.for_team(self.team).filter(erased_at=None), pk=pk)
        if not set_phone(learner, self.body["phone"], program=self.access.name):
            raise Http404
        return learner
