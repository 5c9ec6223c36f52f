"""Memberships, former memberships and invitations in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.teams.actions import note_leaving
from helpdesk.teams.leaving import release_work, revoke_orphaned_grants
from helpdesk.teams.models import FormerMembership, Invitation, Membership, User
from helpdesk.ui.admin import ChoosesByKeyMixin, RecordAdmin, TeamModelAdmin


class RightsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page on which somebody's rights may end; what depends on them then ends too, and their work is released."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Save, then end what people may no longer do."""
        super().save_related(request, form, formsets, change)
        self._end_rights(request)

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete it, then end what people may no longer do."""
        super().delete_model(request, obj)
        self._end_rights(request)

    def delete_queryset(self, request: Any, queryset: QuerySet[Any]) -> None:
        """Delete them, then end what people may no longer do."""
        super().delete_queryset(request, queryset)
        self._end_rights(request)

    def _end_rights(self, request: Any) -> None:
        revoke_orphaned_grants(None)
        release_work(None, request.user)


def _stored(memberships: Iterable[Membership]) -> QuerySet[Membership]:
    """The rows as they are in the database before the form is saved."""
    return Membership.objects.select_related("team", "user").filter(pk__in=[each.pk for each in memberships])


def note_change(membership: Membership, changed: list[str], by: User) -> None:
    """Record a change in the audit log. Changing the person or team ends one membership and begins another."""
    if {"team", "user"} & set(changed):
        note_leaving(_stored([membership]).get(), by)
        membership.created_at = timezone.now()
        note_beginning(membership, by)
    elif "role" in changed:
        details = f"{_stored([membership]).get().role} {membership.role}"
        record_audit(membership.team_id, Kind.ROLE_CHANGED, by, about=membership.user.email, details=details)


def note_beginning(membership: Membership, by: User) -> None:
    """Record in the audit log who made somebody a member, in which role."""
    record_audit(membership.team_id, Kind.MEMBER_JOINED, by, about=membership.user.email, details=membership.role)


def save_members(formset: Any, by: User) -> None:
    """Save the members of a team, and record in its audit log who joined, left, or got another role."""
    formset.save(commit=False)
    for membership in _stored(formset.deleted_objects):
        note_leaving(membership, by)  # as stored, ignoring other changes in the form
    for membership, changed in formset.changed_objects:
        note_change(membership, changed, by)
    for membership in formset.new_objects:
        note_beginning(membership, by)
    formset.save()


class SuperuserWriteMixin:
    """Read-only for staff: only superusers change here what gives rights. Others use the team's page."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers may add one."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers may change one."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers may delete one."""
        return bool(request.user.is_superuser)


class MembershipInline(SuperuserWriteMixin, ChoosesByKeyMixin, admin.TabularInline):  # type: ignore[type-arg]
    """The members, on the team's page; their notification settings are on the membership's own page."""

    model = Membership
    fields = ["user", "role"]
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(Membership)
class MembershipAdmin(SuperuserWriteMixin, RightsAdmin, TeamModelAdmin):
    """Memberships: who is in which team, with which role."""

    list_display = ["user", "team", "role", "created_at"]
    list_filter = ["role", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "team"]
    search_fields = ["user__email", "user__name", "team__name"]
    autocomplete_fields = ["user", "team"]
    date_hierarchy = "created_at"

    def save_model(self, request: Any, obj: Membership, form: Any, change: bool) -> None:
        """Save the membership, and record the change in the audit log."""
        if change:
            note_change(obj, form.changed_data, request.user)
        else:
            note_beginning(obj, request.user)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: Any, obj: Membership) -> None:
        """Delete the membership, and record that it existed, as on the team's page."""
        note_leaving(obj, request.user)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: Any, queryset: QuerySet[Membership]) -> None:
        """Delete the memberships, and record that each existed."""
        for membership in queryset.select_related("team", "user"):
            note_leaving(membership, request.user)
        super().delete_queryset(request, queryset)


@admin.register(FormerMembership)
class FormerMembershipAdmin(RecordAdmin):
    """Former memberships: who was in which team, and until when."""

    list_display = ["user", "team", "created_at", "ended_at"]
    list_filter = [("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "team"]
    search_fields = ["user__email", "user__name", "team__name"]
    date_hierarchy = "ended_at"


@admin.register(Invitation)
class InvitationAdmin(TeamModelAdmin):
    """Invitations that are not accepted yet; they are created on the team's page, which sends the e-mail."""

    list_display = ["email", "team", "role", "invited_by", "created_at", "expires_at"]
    list_filter = ["role", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["team", "invited_by"]
    search_fields = ["email", "team__name"]
    readonly_fields = ["team", "email", "role", "invited_by", "created_at"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: Any) -> bool:
        """Nobody: the e-mail cannot be sent from here."""
        return False
