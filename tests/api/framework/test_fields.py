"""A time that is sent has a zone, and a name is seen."""

import pytest
from rest_framework.exceptions import ValidationError

from helpdesk.api.framework.fields import NameField
from tests.api.responses import errors_of, numbers
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("moment", ["2026-11-25T00:00:00", "2026-11-25T00:00", "2026-11-25", "20261125T000000"])
def test_a_time_without_a_zone_is_refused(api, team, moment):
    ticket = open_ticket(team)
    bulk = {"tickets": {"numbers": [ticket.number]}, "change": {"snooze": moment}}
    for response, field in [
        (api.get("tickets", {"updated_since": moment}), "updated_since"),
        (api.put(f"tickets/{ticket.number}/snooze", {"until": moment}), "until"),
        (api.post("tickets/bulk", bulk), "change.snooze"),
    ]:
        assert errors_of(response) == [(field, "no_zone")]
        assert "zone" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "moment", ["2026-11-25T00:00:00Z", "2026-11-25t00:00:00z", "2026-11-25T00:00:00-03:00", "2026-11-25 00:00+00:00"]
)
def test_a_time_with_a_zone_is_accepted(api, moment):
    assert numbers(api.get("tickets", {"updated_since": moment})) == []


def test_a_name_must_be_visible_or_empty():
    field = NameField(required=False, allow_blank=True)
    assert [field.run_validation(text) for text in ("", " ", " Ana\u200b ")] == ["", "", "Ana"]
    with pytest.raises(ValidationError):
        field.run_validation("\u200b")
