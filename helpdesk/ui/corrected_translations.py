"""Portuguese translations of Django and Django REST framework that are wrong or missing.

The texts named here are translated in our own catalogue, which takes precedence.
"""

from django.utils.translation import gettext_lazy, pgettext_lazy

CORRECTED = [
    # Django's translation puts a space before the text.
    pgettext_lazy("String to return when truncating text", "%(truncated_text)s…"),
    # It abbreviates to “Sab”, without the accent.
    gettext_lazy("Sat"),
    # Months are written in lower case.
    gettext_lazy("January"),
    gettext_lazy("February"),
    gettext_lazy("March"),
    gettext_lazy("April"),
    gettext_lazy("May"),
    gettext_lazy("June"),
    gettext_lazy("July"),
    gettext_lazy("August"),
    gettext_lazy("September"),
    gettext_lazy("October"),
    gettext_lazy("November"),
    gettext_lazy("December"),
    # The admin's translation makes every model masculine, and some singular: “Remover conexões selecionados”.
    gettext_lazy("Delete selected %(verbose_name_plural)s"),
    gettext_lazy("Change selected %(model)s"),
    gettext_lazy("Delete selected %(model)s"),
    gettext_lazy("View selected %(model)s"),
    gettext_lazy(
        "Deleting the selected %(objects_name)s would result in deleting related objects, but your account doesn't "
        "have permission to delete the following types of objects:"
    ),
    gettext_lazy(
        "Deleting the selected %(objects_name)s would require deleting the following protected related objects:"
    ),
    gettext_lazy(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following objects and their related "
        "items will be deleted:"
    ),
    # REST framework's translation has “Certifque-se”, “tenho” and “vázio”.
    gettext_lazy("Ensure this value is greater than or equal to {min_value}."),
    gettext_lazy("Ensure this filename has at most {max_length} characters (it has {length})."),
    gettext_lazy("The submitted file is empty."),
    # It says “mais de” for “at least”,
    gettext_lazy("Ensure this field has at least {min_length} characters."),
    # “pode não” (might not) for “may not”,
    gettext_lazy("This dictionary may not be empty."),
    gettext_lazy("This field may not be blank."),
    gettext_lazy("This field may not be null."),
    gettext_lazy("This list may not be empty."),
    gettext_lazy("This selection may not be empty."),
    # and does not translate these.
    gettext_lazy("A valid biginteger is required."),
    gettext_lazy("Integer value too large to convert to float"),
    gettext_lazy("The number of days must be between {min_days} and {max_days}."),
]
