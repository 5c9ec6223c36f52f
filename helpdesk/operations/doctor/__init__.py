"""`manage.py doctor` and its admin page: whether this installation is set up well, and what to do if it is not."""
