"""Incoming e-mail: stored unchanged, whether by IMAP, SMTP or a provider's webhook, and later filed by a worker."""
