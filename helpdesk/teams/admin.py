"""Teams, people and groups in the admin."""

from __future__ import annotations

from datetime import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.operations.admin_input import AnyInputMixin
from helpdesk.teams import account_admin, permission_names  # noqa: F401 - the first registers what is about accounts
from helpdesk.teams.business_hours import MIDNIGHT, WEEKDAYS
from helpdesk.teams.forms import SecurityForm
from helpdesk.teams.leaving import deactivate
from helpdesk.teams.membership_admin import MembershipInline, RightsAdmin, SuperuserWriteMixin, save_members
from helpdesk.teams.models import Team, User
from helpdesk.teams.removal import ConfirmedRemovalAdmin
from helpdesk.ui.admin import NamesAdmin, TeamModelAdmin
from helpdesk.ui.forms import save_changed
from helpdesk.ui.hours import hour_of


class UserCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new person, identified by their address."""

    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class UserAdmin(RightsAdmin, NamesAdmin, BaseUserAdmin):  # type: ignore[type-arg]
    """People; staff who are not superusers only see people who share a team with them, and cannot appoint operators."""

    add_form = UserCreationForm
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "last_login", "date_joined"]
    list_filter = ["is_active", "is_staff", "memberships__role"]
    search_fields = ["email", "name"]
    date_hierarchy = "date_joined"
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password", "is_active"]}),
        (_("Admin"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Timeline"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    filter_horizontal = ["groups", "user_permissions"]

    def get_queryset(self, request: Any) -> QuerySet[User]:
        """The people of one's own teams; all for a superuser."""
        return User.objects.visible_to(request.user).order_by(*self.ordering)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Only superusers give rights over the whole installation."""
        rights = ["is_staff", "is_superuser", "groups", "user_permissions", "is_active", "email"]
        return [*self.readonly_fields, *([] if request.user.is_superuser else rights)]

    def has_add_permission(self, request: Any) -> bool:
        """Only superusers; otherwise people get an account by an invitation to a team."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Staff who are not superusers only change themselves, so that nobody takes over an account by its password."""
        if obj is not None and not request.user.is_superuser and obj != request.user:
            return False
        return super().has_change_permission(request, obj)

    def user_change_password(self, request: Any, id: str, form_url: str = "") -> Any:
        """Set it as people do themselves: recorded, notified, and other sessions end.

        One's own password is changed on the page that asks for the current one.
        """
        user = self.get_object(request, unquote(id))
        if user == request.user:
            return redirect("admin:password_change")
        response = super().user_change_password(request, id, form_url)
        if user and request.method == "POST" and response.status_code == 302:
            get_adapter().send_notification_mail("account/email/password_changed", user)
        return response

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers delete people, who may be in other teams as well."""
        return bool(request.user.is_superuser)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        """An address that an operator sets counts as verified; the former one is notified."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            obj.set_verified_email(obj.email)
            former = form.initial["email"]
            context = {"from_email": former, "to_email": obj.email}
            get_adapter().send_notification_mail("account/email/email_changed", obj, context, former)

    def get_deleted_objects(self, objs: Any, request: Any) -> Any:
        """Whoever may delete a person may also delete what is only theirs, although it is read-only elsewhere."""
        to_delete, counts, _perms_needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def delete_model(self, request: Any, obj: User) -> None:
        """Release the person's work first, so that tickets' histories show it, and end what depends on their rights
        while it is known whose it was.
        """
        deactivate([obj], request.user)
        super().delete_model(request, obj)

    def delete_queryset(self, request: Any, queryset: QuerySet[User]) -> None:
        """Delete each account individually, so that the person's work is released first."""
        for user in queryset:
            self.delete_model(request, user)


def _hour(kept: str) -> str:
    """The time as it is shown to people; the end of a day is shown as the beginning of the next."""
    return hour_of(time.min if kept == MIDNIGHT else time.fromisoformat(kept))


@admin.register(Team)
class TeamAdmin(ConfirmedRemovalAdmin, RightsAdmin, TeamModelAdmin):
    """Teams with their members."""

    list_display = ["name", "slug", "time_zone", "response_target_hours", "created_at"]
    list_filter = ["time_zone"]
    search_fields = ["name", "slug"]
    date_hierarchy = "created_at"
    readonly_fields = ["week", "created_at"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]

    @admin.display(description=_("business hours"))
    def week(self, team: Team) -> str:
        """When the team works, day by day; the team sets it on its own page."""
        hours = [(WEEKDAYS_ABBR[number], team.business_hours.get(day)) for number, day in enumerate(WEEKDAYS)]
        return ", ".join(f"{name} {_hour(of_day['from'])}–{_hour(of_day['to'])}" for name, of_day in hours if of_day)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Save the members, and record who joined or left."""
        save_members(formset, request.user)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Only a team's owners, on its page, and superusers decide how people log in."""
        return [*self.readonly_fields, *([] if request.user.is_superuser else SecurityForm.Meta.fields)]

    def save_model(self, request: Any, obj: Team, form: Any, change: bool) -> None:
        """Write only what was changed, and record it, as the team's own pages do."""
        if not change:
            super().save_model(request, obj, form, change)
        elif form.changed_data:
            save_changed(obj, form.changed_data)
            record_audit(obj.pk, Kind.SETTINGS_CHANGED, request.user, details=" ".join(form.changed_data))


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(AnyInputMixin, SuperuserWriteMixin, BaseGroupAdmin):
    """Groups of permissions; only superusers change them, so that nobody adds to their own permissions."""
