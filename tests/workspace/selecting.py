"""Selects tickets as the list's form does."""


def choice(ticket):
    """What the form sends for a selected ticket: its number and the version shown."""
    return f"{ticket.number}-{ticket.version}"
