"""Times as people read them."""

from datetime import timedelta

import pytest
from django.utils import translation

from helpdesk.ui.templatetags.ui import long_duration, short_duration


@pytest.mark.parametrize(
    ("duration", "short", "long"),
    [
        (timedelta(seconds=20), "0 min", "1 minuto"),
        (timedelta(minutes=48), "48 min", "48 minutos"),
        (timedelta(hours=3, minutes=59), "3 h", "3 horas"),
        (timedelta(days=1, hours=4), "1 d 4 h", "1 dia"),
        (timedelta(days=36), "36 d", "36 dias"),
        (timedelta(days=400), "1 ano", "1 ano"),
        (timedelta(days=1156), "3 anos", "3 anos"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_fits(duration, short, long):
    with translation.override("pt-br"):
        assert (short_duration(duration), long_duration(duration)) == (short, long)
