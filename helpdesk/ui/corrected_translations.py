"""Texts of Django whose translation there is wrong: named here, they are in our catalogue, which comes first."""

from django.utils.translation import pgettext_lazy

# Django's Portuguese puts a space before the text.
CORRECTED = [pgettext_lazy("String to return when truncating text", "%(truncated_text)s…")]
