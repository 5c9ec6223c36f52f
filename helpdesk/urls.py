"""Every address of the product."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from helpdesk.conversations.files import attachment_views
from helpdesk.conversations.inbound import raw_email_views
from helpdesk.conversations.sending import sent_email_views
from helpdesk.operations.admin_input import no_page_on_site
from helpdesk.operations.doctor.views import doctor
from helpdesk.operations.policy_reports.views import policy_violations, receive_reports
from helpdesk.teams import passkey_views, password_views, recovery_code_views, single_sign_on_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/", include("webhooks.urls")),  # first, since it is by far the most called
    path("", include("helpdesk.teams.urls")),
    path("", include("helpdesk.ui.urls")),
    path("t/<slug:team_slug>/", include("helpdesk.inbox.urls")),
    path("t/<slug:team_slug>/", include("helpdesk.workspace.urls")),
    path("t/<slug:team_slug>/reports/", include("helpdesk.reports.urls")),
    path("t/<slug:team_slug>/team/", include("helpdesk.teams.team_urls")),
    path("t/<slug:team_slug>/privacy/", include("helpdesk.privacy.team_urls")),
    path("t/<slug:team_slug>/email/", include("helpdesk.conversations.email_settings.urls")),
    path("t/<slug:team_slug>/email/first-replies/", include("helpdesk.conversations.first_reply.urls")),
    path("t/<slug:team_slug>/emails/", include("helpdesk.conversations.inbound.urls")),
    path("t/<slug:team_slug>/canned-replies/", include("helpdesk.conversations.writing.canned_reply_urls")),
    path("t/<slug:team_slug>/integrations/", include("helpdesk.integrations.urls")),
    path("t/<slug:team_slug>/sources/", include("webhooks.source_urls")),
    path("t/<slug:team_slug>/tokens/", include("helpdesk.api.token_urls")),
    path("t/<slug:team_slug>/attachments/<int:pk>/", attachment_views.attachment, name="attachment"),
    path("uploads/<slug:team_slug>/", include("helpdesk.workspace.upload_urls")),
    path("ajuda/", include("helpdesk.conversations.learner_page.urls")),
    path("files/<str:token>/", attachment_views.attachment_file, name="attachment_file"),
    path("files/email/<str:token>/", raw_email_views.raw_email_file, name="raw_email_file"),
    path("files/sent-email/<str:token>/", sent_email_views.sent_email_file, name="sent_email_file"),
    path("account/push/", include("helpdesk.notifications.push_urls")),
    path("unsubscribe/", include("helpdesk.notifications.urls")),
    path("email-providers/", include("helpdesk.conversations.sending.provider_urls")),
    path("accounts/2fa/authenticate/", passkey_views.AuthenticatePage.as_view(), name="mfa_authenticate"),
    path("accounts/2fa/webauthn/add/", passkey_views.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path(
        "accounts/2fa/webauthn/reauthenticate/",
        passkey_views.ReauthenticatePasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        passkey_views.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("accounts/2fa/recovery-codes/", recovery_code_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/2fa/recovery-codes/generate/",
        recovery_code_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("accounts/3rdparty/", single_sign_on_views.connections, name="socialaccount_connections"),
    path("accounts/oidc/<str:provider_id>/login/", single_sign_on_views.login, name="openid_connect_login"),
    path(
        "accounts/oidc/<str:provider_id>/login/callback/",
        single_sign_on_views.callback,
        name="openid_connect_callback",
    ),
    path("accounts/oidc/sso/confirm/", single_sign_on_views.reauthenticate, name="sso_reauthenticate"),
    path("accounts/password/set/", single_sign_on_views.set_password, name="account_set_password"),
    path("accounts/password/reset/", password_views.reset_password, name="account_reset_password"),
    path("accounts/password/reset/done/", password_views.reset_password_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        password_views.ChoosePasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("accounts/", include("allauth.urls")),
    path("admin/doctor/", admin.site.admin_view(doctor), name="doctor"),
    path("admin/policy-violations/", admin.site.admin_view(policy_violations), name="policy_violations"),
    path("admin/r/<path:rest>", admin.site.admin_view(no_page_on_site)),
    path("admin/", admin.site.urls),
    path("policy-reports/", receive_reports, name="policy_reports"),
    path("api/", include("helpdesk.api.urls")),
]
handler400 = "helpdesk.api.framework.problems.bad_request"
handler500 = "helpdesk.api.framework.problems.server_error"
