"""`manage.py doctor` and its page in the admin: whether this installation is set up well, and what to do where not."""
