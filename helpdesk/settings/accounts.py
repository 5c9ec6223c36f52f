"""How people prove who they are: passwords, e-mail addresses, one-time codes."""

from helpdesk.settings.environment import IS_HTTPS

AUTH_USER_MODEL = "teams.User"
# The one backend hashes a password once, and knows an account by its confirmed address alone.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "helpdesk.teams.passwords.TeamNameValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
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
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds; what asks for it is in helpdesk/teams/reauthentication.py
# Passwords are throttled in helpdesk/teams/throttling.py, so that nobody pays for whoever shares their address; this
# `login_failed` is about one-time codes.
ACCOUNT_RATE_LIMITS = {"login": None, "reauthenticate": None, "change_password": None, "login_failed": "5/5m/key"}
ACCOUNT_FORMS = {
    "change_password": "helpdesk.teams.account_forms.ChangePasswordForm",
    "reset_password": "helpdesk.teams.account_forms.ResetPasswordForm",
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
# Every account logs in by a confirmed address. That another is yet to be confirmed is no reason against two factors,
# nor these against a new address, which is a person's way on in either order.
MFA_ALLOW_UNVERIFIED_EMAIL = True
