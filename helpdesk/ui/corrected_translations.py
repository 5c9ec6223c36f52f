"""Texts of Django whose translation there is wrong: named here, they are in our catalogue, which comes first."""

from django.utils.translation import gettext_lazy, pgettext_lazy

CORRECTED = [
    # Django's Portuguese puts a space before the text.
    pgettext_lazy("String to return when truncating text", "%(truncated_text)s…"),
    # And writes “Sab”.
    gettext_lazy("Sat"),
]
