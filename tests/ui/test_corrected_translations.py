"""Texts of Django whose translation there is wrong."""

from __future__ import annotations

import pytest
from django.utils.text import Truncator
from django.utils.translation import override


@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_a_shortened_text_begins_with_its_first_letter(language):
    with override(language):
        assert Truncator("Posso trocar a manteiga?").words(2) == "Posso trocar…"
