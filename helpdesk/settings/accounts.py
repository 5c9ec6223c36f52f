"""Authentication: passwords, e-mail addresses, one-time codes, single sign-on."""

from django.core.exceptions import ImproperlyConfigured

from helpdesk.settings.environment import IS_HTTPS, env

AUTH_USER_MODEL = "teams.User"
# The only backend: it hashes a password once, and finds accounts by confirmed address only.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "helpdesk.teams.passwords.OwnNameValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "helpdesk.teams.passwords.TeamNameValidator"},
    {"NAME": "helpdesk.teams.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "helpdesk.teams.passwords.CommonValidator"},
    {"NAME": "helpdesk.teams.passwords.DigitsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "helpdesk.teams.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds; helpdesk/teams/reauthentication.py asks for it
# Passwords are throttled in helpdesk/teams/throttling.py, so that people don't suffer for others at their IP address;
# `login_failed` is about one-time codes. Browsers send `policy_report` by themselves
# (helpdesk/operations/policy_reports/). `invitation` is counted per team, which could otherwise have us write to
# anybody.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "reauthenticate": None,
    "change_password": None,
    "login_failed": "5/5m/key",
    "policy_report": "30/m/ip",
    "invitation": "50/h/key",
}
ACCOUNT_FORMS = {
    "change_password": "helpdesk.teams.account_forms.ChangePasswordForm",
    "reset_password": "helpdesk.teams.account_forms.ResetPasswordForm",
    "reset_password_from_key": "helpdesk.teams.account_forms.ResetPasswordKeyForm",
    "set_password": "helpdesk.teams.account_forms.SetPasswordForm",
}
MFA_ADAPTER = "helpdesk.teams.adapter.TwoFactorAdapter"
MFA_FORMS = {
    "activate_totp": "helpdesk.teams.account_forms.ActivateTOTPForm",
    "authenticate": "helpdesk.teams.account_forms.AuthenticateForm",
    "reauthenticate": "helpdesk.teams.account_forms.ReauthenticateForm",
    "add_webauthn": "helpdesk.teams.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "helpdesk.teams.passkey_forms.EditPasskeyForm",
    "authenticate_webauthn": "helpdesk.teams.passkey_forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "helpdesk.teams.passkey_forms.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Helpdesk"
# Every account logs in by a confirmed address. A pending new address does not rule out a second factor, nor a second
# factor a new address: both must be possible in either order.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# Single sign-on with one OpenID Connect provider, if its address is set.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").strip().rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="").strip() or "OpenID Connect"
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="").strip()
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="").strip()
# Domains whose addresses the provider is trusted for, if it does not send `email_verified`.
OIDC_VERIFIED_DOMAINS = env.list("OIDC_VERIFIED_DOMAINS", default=[])
PASSWORD_LOGIN = env.bool("PASSWORD_LOGIN", default=True)
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET to what the login provider gave you.")
if OIDC_ISSUER and not OIDC_ISSUER.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
    raise ImproperlyConfigured("Set OIDC_ISSUER to an address that begins with https://.")
if not PASSWORD_LOGIN and not OIDC_ISSUER:
    raise ImproperlyConfigured("Set OIDC_ISSUER, or leave PASSWORD_LOGIN true: there is no other way to log in.")
SOCIALACCOUNT_ADAPTER = "helpdesk.teams.single_sign_on.SingleSignOnAdapter"
# The operator chose the provider, so whoever it identifies by an account's address is that account's owner.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A link, because `form-action` allows no forms to other sites; the state is bound to the session all the same.
SOCIALACCOUNT_LOGIN_ON_GET = True
