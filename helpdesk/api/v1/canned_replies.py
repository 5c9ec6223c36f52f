"""`/canned-replies`: prepared texts to insert into replies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, NameField, TextField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.problems import Conflict
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.courses import CourseSerializer
from helpdesk.conversations.models import CannedReply
from helpdesk.conversations.writing.canned_replies import NameTaken, check_body, save_canned_reply
from helpdesk.courses.models import Course
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_name


class CannedReplySerializer(ResourceSerializer):
    """A canned reply: a prepared text with variables, which are filled in for each ticket."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the canned reply.")
    name = serializers.CharField(read_only=True, help_text="What to type after “/” to find it.")
    course = ExpandableField(
        CourseSerializer, allow_null=True, help_text="The only course in which it is offered; null: every course."
    )
    body = serializers.CharField(read_only=True, help_text="Markdown, with variables in braces.")
    use_count = serializers.IntegerField(read_only=True, help_text="How many replies were sent with it.")
    updated_at = UTCField(read_only=True, help_text="When the canned reply was last changed.")

    class Meta:
        model = CannedReply
        fields = ["id", "name", "course", "body", "use_count", "updated_at"]


class CannedReplyChange(StrictSerializer):
    """The fields to change; the others stay as they are."""

    example: ClassVar[Any] = {"name": "Nova senha"}
    name = NameField(max_length=80, required=False, help_text="Unique in its course, ignoring case.")
    course = serializers.IntegerField(
        min_value=1, allow_null=True, required=False, help_text="ID of a course; null: every course."
    )
    body = TextField(
        max_length=LONGEST_TEXT,
        required=False,
        help_text="Markdown; `{first_name}`, `{course}`, `{lesson}`, `{progress}`, `{agent}` and `{lesson_link}` are "
        "filled in from the ticket that is replied to.",
    )


class NewCannedReply(CannedReplyChange):
    """A canned reply to create."""

    example = {"name": "Senha", "body": "Oi, {first_name}! Veja como trocar a senha: …"}
    name = NameField(max_length=80, help_text="Unique in its course, ignoring case.")
    body = TextField(max_length=LONGEST_TEXT, help_text="Markdown, with variables in braces.")


class CannedReplyView(TeamView):
    """What the views of canned replies share."""

    tag = "canned replies"

    def save(self, reply: CannedReply) -> None:
        """Save the canned reply with the fields of the body.

        Raises Conflict for a name that is in use or invisible, or an unknown course, and ValidationError for an invalid
        text.
        """
        data = self.body
        reply.name = clean_name(data.get("name", reply.name))
        if not reply.name:
            raise Conflict(_("A name needs visible characters."), "name")
        if "course" in data:
            reply.course = self._course(data["course"])
        try:
            reply.body = check_body(data.get("body", reply.body))
        except ActionRefused as refused:
            raise serializers.ValidationError({"body": [str(refused)]}) from None
        try:
            save_canned_reply(reply)
        except NameTaken as refused:
            raise Conflict(str(refused), "name") from None

    def _course(self, pk: int | None) -> Course | None:
        course = Course.objects.for_team(self.team).filter(pk=pk).first() if pk else None
        if pk and course is None:
            raise Conflict(_("The team has no such course."), "course")
        return course

    def canned_replies(self) -> QuerySet[CannedReply]:
        """The team's canned replies."""
        return CannedReply.objects.for_team(self.team).select_related("team")


class CannedReplyList(CannedReplyView):
    """The canned replies."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_REPLY}

    @list_operation("list_canned_replies", "List canned replies", CannedReplySerializer, order=BY_ID)
    def get(self, request: Any) -> QuerySet[CannedReply]:
        """Returns the replies for all courses and those for one course."""
        return self.canned_replies()

    @operation(
        "create_canned_reply",
        "Create a canned reply",
        body=NewCannedReply,
        response=CannedReplySerializer,
        status=201,
        located=True,
    )
    def post(self, request: Any) -> Response:
        """Creates a canned reply. People insert it by typing “/” in a reply."""
        reply = CannedReply(team=self.team, created_by=self.access.user)
        self.save(reply)
        return self.show(CannedReplySerializer, reply, 201, Location=f"/api/v1/canned-replies/{reply.pk}")


class CannedReplyDetail(CannedReplyView):
    """One canned reply."""

    permissions = {"GET": Permission.TICKET_VIEW, **dict.fromkeys(["PATCH", "DELETE"], Permission.TICKET_REPLY)}

    @operation("get_canned_reply", "Get a canned reply", response=CannedReplySerializer)
    def get(self, request: Any, pk: int) -> CannedReply:
        """Returns one canned reply with its text."""
        return self.get_or_404(self.canned_replies(), pk=pk)

    @operation("change_canned_reply", "Change a canned reply", body=CannedReplyChange, response=CannedReplySerializer)
    def patch(self, request: Any, pk: int) -> CannedReply:
        """Replies that were sent with it stay as they are."""
        reply = self.get_or_404(self.canned_replies(), pk=pk)
        self.save(reply)
        return reply

    @operation("delete_canned_reply", "Delete a canned reply", status=204)
    def delete(self, request: Any, pk: int) -> Response:
        """Replies that were sent with it stay as they are."""
        self.get_or_404(self.canned_replies(), pk=pk).delete()
        return Response(status=204)
