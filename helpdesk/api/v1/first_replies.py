"""`/first-replies`: the automatic e-mails that ask learners what they need, and previews of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, TextField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.problems import Conflict
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.courses import CourseSerializer
from helpdesk.api.v1.first_reply_preview import FirstReplyPreviewSerializer, preview_of
from helpdesk.conversations.first_reply.changes import CourseTaken, delete_first_reply, save_first_reply
from helpdesk.conversations.first_reply.texts import LONGEST, check_body
from helpdesk.conversations.models import FirstReply
from helpdesk.conversations.models.replies import LONGEST_DELAY
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.courses.models import Course
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused


class FirstReplySerializer(ResourceSerializer):
    """A first reply: the automatic e-mail that asks a learner what their help request is about."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the first reply.")
    course = ExpandableField(
        CourseSerializer,
        allow_null=True,
        help_text="The course it is for; null: all courses without a first reply of their own.",
    )
    is_enabled = serializers.BooleanField(read_only=True, help_text="Whether this first reply is sent.")
    body = serializers.CharField(read_only=True, help_text="Markdown, with variables in braces.")
    language = serializers.CharField(
        read_only=True, help_text="The language of the whole e-mail; empty: the installation's default."
    )
    delay_minutes = serializers.IntegerField(read_only=True, help_text="How long after the request it is sent.")
    updated_at = UTCField(read_only=True, help_text="When the first reply was last changed.")

    class Meta:
        model = FirstReply
        fields = ["id", "course", "is_enabled", "body", "language", "delay_minutes", "updated_at"]


class FirstReplyChange(StrictSerializer):
    """The fields to change; the others stay as they are."""

    example: ClassVar[Any] = {"is_enabled": True}
    is_enabled = serializers.BooleanField(required=False, help_text="Whether it is sent; the default is `false`.")
    body = TextField(
        max_length=LONGEST,
        required=False,
        help_text="Markdown with exactly one question; `{first_name}`, `{course}`, `{lesson}` and `{lesson_link}` are "
        "filled in. Must have 50 to 125 words, including the answers to tap, which are added automatically.",
    )
    language = serializers.ChoiceField(
        [language for language, _name in settings.LANGUAGES],
        required=False,
        help_text="The language of the whole e-mail; by default that of the installation.",
    )
    delay_minutes = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_DELAY,
        required=False,
        help_text="Minutes to wait after the request; the default is 5.",
    )


class NewFirstReply(FirstReplyChange):
    """A first reply to create."""

    example = {
        "body": "Oi, {first_name}!\n\nRecebemos seu pedido de ajuda em {course}. Para já responder com a solução, "
        "falta saber uma coisa.\n\nO que aconteceu?"
    }
    course = serializers.IntegerField(
        min_value=1,
        allow_null=True,
        required=False,
        help_text="ID of a course; null: all courses without a first reply of their own.",
    )
    body = TextField(max_length=LONGEST, help_text="Markdown, with variables in braces.")


class FirstReplyDraft(NewFirstReply):
    """A text to try out; nothing of it is stored or sent."""

    ticket = serializers.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text="The number of one of the newest tickets to preview it with; the default is the newest.",
    )


class FirstReplyView(TeamView):
    """What the views of first replies share."""

    tag = "first replies"

    def set_fields(self, reply: FirstReply) -> None:
        """Set the fields of the body, without saving.

        Raises Conflict if the team has no such course, and ValidationError for a text that cannot be sent.
        """
        data = self.body
        if data.get("course"):
            reply.course = Course.objects.for_team(self.team).filter(pk=data["course"]).first()
            if reply.course is None:
                raise Conflict(_("The team has no such course."), "course")
        for name in ("is_enabled", "language", "delay_minutes"):
            setattr(reply, name, data.get(name, getattr(reply, name)))
        try:
            if "body" in data:
                reply.body = check_body(data["body"], sender_of(self.team).name, reply.language)
        except ActionRefused as refused:
            raise serializers.ValidationError({"body": [str(refused)]}) from None

    def save(self, reply: FirstReply) -> None:
        """Save the first reply with the fields of the body.

        Raises like `set_fields`, and Conflict if its course has a first reply already.
        """
        self.set_fields(reply)
        try:
            save_first_reply(reply, self.access.user, self.access.name)
        except CourseTaken as refused:
            raise Conflict(str(refused), "course") from None

    def first_replies(self) -> QuerySet[FirstReply]:
        """The team's first replies."""
        return FirstReply.objects.for_team(self.team).select_related("team", "course")


class FirstReplyList(FirstReplyView):
    """The first replies."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TEAM_MANAGE}

    @list_operation("list_first_replies", "List first replies", FirstReplySerializer, order=BY_ID)
    def get(self, request: Any) -> QuerySet[FirstReply]:
        """Returns the first reply for all courses and those for one course."""
        return self.first_replies()

    @operation(
        "create_first_reply",
        "Create a first reply",
        body=NewFirstReply,
        response=FirstReplySerializer,
        status=201,
        located=True,
    )
    def post(self, request: Any) -> Response:
        """Creates a first reply, off unless the body turns it on. Once on, it is sent to learners with new requests."""
        reply = FirstReply(team=self.team)
        self.save(reply)
        return self.show(FirstReplySerializer, reply, 201, Location=f"/api/v1/first-replies/{reply.pk}")


class FirstReplyDetail(FirstReplyView):
    """One first reply."""

    permissions = {"GET": Permission.TICKET_VIEW, **dict.fromkeys(["PATCH", "DELETE"], Permission.TEAM_MANAGE)}

    @operation("get_first_reply", "Get a first reply", response=FirstReplySerializer)
    def get(self, request: Any, pk: int) -> FirstReply:
        """Returns one first reply."""
        return self.get_or_404(self.first_replies(), pk=pk)

    @operation("change_first_reply", "Change a first reply", body=FirstReplyChange, response=FirstReplySerializer)
    def patch(self, request: Any, pk: int) -> FirstReply:
        """Also applies to e-mails that have not been sent yet: if you turn the first reply off, they are not sent."""
        reply = self.get_or_404(self.first_replies(), pk=pk)
        self.save(reply)
        return reply

    @operation("delete_first_reply", "Delete a first reply", status=204)
    def delete(self, request: Any, pk: int) -> Response:
        """E-mails that have not been sent yet are not sent; the others are kept."""
        delete_first_reply(self.get_or_404(self.first_replies(), pk=pk), self.access.user, self.access.name)
        return Response(status=204)


class FirstReplyPreview(FirstReplyView):
    """A preview of a first reply, and a simulation of its last seven days."""

    permissions = {"POST": Permission.TEAM_MANAGE}
    also_reads = ("tickets",)  # the preview contains the name of a ticket's learner

    @operation(
        "preview_first_reply",
        "Preview a first reply",
        query=QuerySerializer,  # without `fields` and `expand`
        body=FirstReplyDraft,
        response=FirstReplyPreviewSerializer,
    )
    def post(self, request: Any) -> dict[str, Any]:
        """Renders it for a real ticket and simulates it on the requests of the last seven days. Nothing is sent."""
        reply = FirstReply(team=self.team, updated_by=self.access.user)
        self.set_fields(reply)
        return preview_of(reply, self.body.get("ticket"))
