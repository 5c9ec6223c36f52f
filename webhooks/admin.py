"""Sources and deliveries, for the operator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.ui.admin import RecordAdmin, TeamModelAdmin
from helpdesk.ui.relative_times import ago, long_duration
from webhooks.health import counted, failed_count, problem_of, waiting_count, with_health
from webhooks.models import Delivery, SigningKey, Source, UnverifiedDelivery
from webhooks.processing import replay_all
from webhooks.querysets import DeliveryQuerySet
from webhooks.redaction import redacted_body

ASKED = "even_if_calls_are_lost"
IS_LOST = _(
    "While it is off, every help request that Eduzz sends here is refused and not kept. Turning it on again "
    "does not bring them back."
)
IS_LAST = _("This team has no other source turned on, so no help requests will come in at all.")


class SigningKeyInline(admin.TabularInline):  # type: ignore[type-arg]
    """A source's keys, never in full; they are added and retired on the team's pages."""

    model = SigningKey
    fields = readonly_fields = ("hint", "created_at", "retired_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """False: keys are added on the source's own pages, which show a new key once."""
        return False


class SourceForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """A source; turning it off needs a confirmation, as on the team's pages."""

    even_if_calls_are_lost = forms.BooleanField(label=_("Turn it off anyway"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse to turn an enabled source off unless the loss of calls is confirmed."""
        data: dict[str, Any] = super().clean() or {}
        is_switched_off = bool(self.instance.pk) and "is_enabled" in self.changed_data and not data.get("is_enabled")
        if is_switched_off and not data.get(ASKED):
            others = Source.objects.filter(team=self.instance.team_id, is_enabled=True).exclude(pk=self.instance.pk)
            self.add_error(ASKED, [IS_LOST] if others.exists() else [IS_LOST, IS_LAST])
        return data


@admin.register(Source)
class SourceAdmin(TeamModelAdmin):
    """Sources with their health."""

    form = SourceForm

    list_display = ["name", "team", "health", "delivered", "pinged", "rejected"]
    list_filter = ["is_enabled", "last_rejection", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["team"]
    search_fields = ["name", "id", "team__name"]
    autocomplete_fields = ["team"]
    date_hierarchy = "created_at"
    inlines = [SigningKeyInline]
    readonly_fields = [
        "id",
        "networks",
        "health",
        "problem",
        "waiting",
        "failed",
        "last_delivery_at",
        "first_call_at",
        "deleted_at",
        "verified_at",
        "last_ping_at",
        "last_rejected_at",
        "last_rejection",
        "unverified_count",
        "unsigned_count",
        "too_large_count",
        "created_at",
    ]

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        """Save, and record it in the audit log as the team's pages do."""
        super().save_model(request, obj, form, change)
        if not change or form.changed_data:
            details = "on" if obj.is_enabled else "off"
            kind = Kind.SOURCE_CHANGED if change else Kind.SOURCE_CREATED
            record_audit(obj.team_id, kind, request.user, about=obj, details=details)

    def get_queryset(self, request: HttpRequest) -> Any:
        """The sources with the annotations that their health needs."""
        sources: Any = super().get_queryset(request)
        return with_health(sources)

    @admin.display(description=_("health"))
    def health(self, source: Source) -> str:
        """Whether help requests come in."""
        return str(source.health.label)

    @admin.display(description=_("what is wrong"), empty_value="–")
    def problem(self, source: Source) -> str:
        """What keeps help requests from coming in, as a sentence."""
        return problem_of(source)

    @admin.display(description=_("waiting to be processed"))
    def waiting(self, source: Source) -> str:
        """How many deliveries wait, and for how long the oldest has."""
        count = waiting_count(source)
        shown = counted(count)
        return f"{shown} · {long_duration(source.waited)}" if count and source.waited else shown

    @admin.display(description=_("failed in the last week"))
    def failed(self, source: Source) -> str:
        """The number of deliveries that failed in the last week."""
        return counted(failed_count(source))

    @admin.display(description=_("last delivery"), ordering="last_delivery_at")
    def last_delivery_at(self, source: Source) -> datetime | None:
        """When the last authentic event arrived."""
        return source.last_delivery_at

    # The list shows relative times, so that all columns fit; the exact time appears on hover.

    @admin.display(description=_("last delivery"), ordering="last_delivery_at")
    def delivered(self, source: Source) -> str:
        """How long ago the last authentic event arrived."""
        return ago(source.last_delivery_at)

    @admin.display(description=_("last ping"), ordering="last_ping_at")
    def pinged(self, source: Source) -> str:
        """How long ago Eduzz last sent a ping."""
        return ago(source.last_ping_at)

    @admin.display(description=_("last rejection"), ordering="last_rejected_at")
    def rejected(self, source: Source) -> str:
        """How long ago a request was last rejected, and why."""
        when = ago(source.last_rejected_at)
        return format_html("{}<br>{}", when, source.get_last_rejection_display()) if source.last_rejected_at else when

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """The confirmation is only asked for when somebody may change an existing source."""
        fields = [field for field in super().get_fields(request, obj) if field != ASKED]
        return [*fields, ASKED] if obj and self.has_change_permission(request, obj) else fields

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """An existing source cannot change its team, to which its deliveries belong."""
        return [*self.readonly_fields, *(["team"] if obj else [])]


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Deliveries and their outcomes."""

    list_display = ["received_at", "event", "outcome", "explanation", "attempts", "finished_at", "source", "team"]
    list_filter = ["outcome", "problem", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["source", "team"]
    search_fields = ["=event_id", "=event", "=ticket__number"]
    date_hierarchy = "received_at"
    show_full_result_count = False
    exclude = ["body"]
    readonly_fields = ["readable_body", "explanation"]
    actions = ["replay"]

    def get_queryset(self, request: Any) -> QuerySet[Delivery]:
        """Without bodies, which the list does not need."""
        return super().get_queryset(request).defer("body")

    @admin.display(description=_("body"))
    def readable_body(self, delivery: Delivery) -> str:
        """The JSON, indented, with secrets masked."""
        return format_html("<pre>{}</pre>", redacted_body(delivery))

    @admin.display(description=_("details"))
    def explanation(self, delivery: Delivery) -> str:
        """Why it failed."""
        return delivery.explanation

    @admin.action(description=_("Replay"), permissions=["replay"])
    def replay(self, request: Any, deliveries: DeliveryQuerySet) -> None:
        """Have a worker try the selected deliveries again."""
        waiting = replay_all(deliveries)
        message = ngettext("%(count)s delivery is being replayed.", "%(count)s deliveries are being replayed.", waiting)
        self.message_user(request, message % {"count": waiting})

    def has_replay_permission(self, request: Any) -> bool:
        """Whoever has the permission to change deliveries, which nobody can do by hand."""
        return bool(request.user.has_perm("webhooks.change_delivery"))


@admin.register(UnverifiedDelivery)
class UnverifiedDeliveryAdmin(RecordAdmin):
    """The quarantine; nobody can see the bodies."""

    list_display = ["received_at", "source", "size"]
    list_filter = [("source__team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["source"]
    search_fields = ["=source__id", "source__name"]
    date_hierarchy = "received_at"
    exclude = ["body", "signature", "digest"]

    def get_queryset(self, request: Any) -> QuerySet[UnverifiedDelivery]:
        """The quarantine of the sources that the user may see."""
        return UnverifiedDelivery.objects.filter(source__in=Source.objects.visible_to(request.user)).defer("body")


@admin.register(SigningKey)
class SigningKeyAdmin(RecordAdmin):
    """All keys, identified by their last characters."""

    list_display = ["hint", "source", "created_at", "retired_at"]
    list_filter = [("source__team", admin.RelatedOnlyFieldListFilter), ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["source"]
    search_fields = ["=hint", "source__name", "=source__id"]
    date_hierarchy = "created_at"
    exclude = ["key"]

    def get_queryset(self, request: Any) -> QuerySet[SigningKey]:
        """The keys of the sources that the user may see."""
        return SigningKey.objects.filter(source__in=Source.objects.visible_to(request.user))
