"""Business hours on a phone: a day is switched on and off, and errors are shown beside their fields."""

import pytest
from playwright.sync_api import expect

from helpdesk.teams.business_hours import usual_hours
from tests.browser.scanning import scan_at_every_width

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_a_day_can_be_switched_off_and_another_end_later(open_page, server, complaints, school, ana, width, scheme):
    school.business_hours = usual_hours()
    school.save()
    page = open_page(width, scheme, user=ana)
    page.goto(f"{server}/t/escola/team/")
    hours = page.get_by_role("region", name="Horário de atendimento")
    monday, tuesday, sunday = (hours.get_by_role("group", name=day) for day in ("Segunda", "Terça", "Domingo"))
    expect(sunday.get_by_text("Fechado", exact=True)).to_be_visible()
    expect(monday.get_by_label("Segunda-feira, fim", exact=True)).to_have_value("18:00")
    monday.get_by_role("checkbox").uncheck()
    expect(monday.get_by_text("Fechado", exact=True)).to_be_visible()
    expect(monday.get_by_label("Segunda-feira, fim", exact=True)).to_be_hidden()

    ends = tuesday.get_by_label("Terça-feira, fim", exact=True)
    ends.fill("08:30")
    hours.get_by_role("button", name="Salvar", exact=True).click()
    expect(tuesday.get_by_text("O fim precisa ser depois do início.", exact=True)).to_be_visible()
    assert "422" in complaints.pop()
    expect(ends).to_be_focused()
    expect(ends).to_be_in_viewport()
    expect(ends).to_have_value("08:30")
    expect(ends).to_have_accessible_description("O fim precisa ser depois do início.")
    expect(monday.get_by_role("checkbox")).not_to_be_checked()
    if scheme == "light":
        assert scan_at_every_width(page, "a refused time", "main") == []  # in both schemes

    ends.fill("00:00")
    hours.get_by_role("button", name="Salvar", exact=True).click()
    expect(page.locator(".notice.success")).to_contain_text("Salvo")
    school.refresh_from_db()
    days = usual_hours() | {"tuesday": {"from": "09:00", "to": "24:00"}}
    del days["monday"]
    assert school.business_hours == days
