"""E-mail: sending, receiving, and the sender's addresses."""

from ipaddress import ip_network
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from helpdesk.settings.environment import BASE_URL, env

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 30  # seconds for each step of SMTP; see LEASE in helpdesk/conversations/sending/dispatcher.py
# A provider that django-anymail supports, instead of EMAIL_URL: ANYMAIL_PROVIDER=mailgun. Its settings are variables
# too: ANYMAIL_MAILGUN_API_KEY and so on; its delivery events need ANYMAIL_WEBHOOK_SECRET.
ANYMAIL_PROVIDER = env.str("ANYMAIL_PROVIDER", default="").strip().lower()
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value.strip()
    for name, value in env.ENVIRON.items()
    if name.startswith("ANYMAIL_") and name != "ANYMAIL_PROVIDER" and value.strip()
}
if ANYMAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{ANYMAIL_PROVIDER}.EmailBackend"
    ANYMAIL |= {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
    if "WEBHOOK_SECRET" in ANYMAIL and len(ANYMAIL["WEBHOOK_SECRET"]) < 20:
        raise ImproperlyConfigured("Set ANYMAIL_WEBHOOK_SECRET to name:password, random, of at least 20 characters.")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Helpdesk <helpdesk@localhost>")
# The domain for learners' answers to teams without a mailbox of their own; all e-mail to it must reach us.
REPLY_DOMAIN = env.str("REPLY_DOMAIN", default="").strip().lower()

# The most megabytes of attachments per e-mail. Encoding adds a third, and most providers refuse more than 25 to 35 MB.
EMAIL_FILES_MB = env.int("EMAIL_FILES_MB", default=20)

# What the SPF record of a sending domain must include, such as "include:mailgun.org"; and the selectors of DKIM keys.
EMAIL_SPF = env.str("EMAIL_SPF", default="").strip()
EMAIL_DKIM_SELECTORS = env.list("EMAIL_DKIM_SELECTORS", default=[])

# Our own SMTP server, for your own MX record: its port (0: none), address, name and certificate.
SMTP_PORT = env.int("SMTP_PORT", default=0)
SMTP_HOST = env.str("SMTP_HOST", default="0.0.0.0")  # noqa: S104 - other mail servers connect from anywhere
SMTP_NAME = env.str("SMTP_NAME", default="") or urlsplit(BASE_URL).hostname or "localhost"
SMTP_CERTIFICATE = env.str("SMTP_CERTIFICATE", default="")
SMTP_KEY = env.str("SMTP_KEY", default="") or SMTP_CERTIFICATE
# Our mail servers that pass e-mail on to it and add Authentication-Results on top: addresses and networks.
try:
    SMTP_RELAYS = [ip_network(each.strip(), strict=False) for each in env.list("SMTP_RELAYS", default=[])]
except ValueError as error:
    raise ImproperlyConfigured(f"SMTP_RELAYS: {error}. Set addresses and networks such as 10.0.0.0/8.") from None

# Whether mailboxes in private networks, and without encryption, may be fetched.
MAILBOXES_ALLOW_PRIVATE_ADDRESSES = env.bool("MAILBOXES_ALLOW_PRIVATE_ADDRESSES", default=False)
