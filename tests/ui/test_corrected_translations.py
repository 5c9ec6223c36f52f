"""Texts of Django and of its REST framework whose translation there is wrong or missing."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import override
from rest_framework import serializers


@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_a_truncated_text_keeps_its_beginning(language):
    with override(language):
        assert Truncator("Posso trocar a manteiga?").words(2) == "Posso trocar…"


def test_months_are_capitalized_only_in_english():
    day = date(2026, 3, 9)
    with override("pt-br"):
        assert date_format(day, "DATE_FORMAT") == "9 de março de 2026"
    with override("en"):
        assert date_format(day, "DATE_FORMAT") == "March 9, 2026"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (serializers.IntegerField(min_value=1), 0, "Informe um valor maior ou igual a 1."),
        (serializers.CharField(min_length=3), "ab", "Informe pelo menos 3 caracteres."),
        (serializers.CharField(), "", "Este campo não pode estar em branco."),
        (serializers.CharField(), None, "Este campo não pode ser nulo."),
        (serializers.ListField(allow_empty=False), [], "Esta lista não pode estar vazia."),
        (serializers.BigIntegerField(), "x", "Informe um número inteiro válido."),
    ],
)
def test_api_errors_are_in_good_portuguese(field, value, sentence):
    with override("pt-br"), pytest.raises(serializers.ValidationError) as refused:
        field.run_validation(value)
    assert refused.value.detail == [sentence]
