"""Choosing on its page, or by the command, what a token may do and from where."""

import json

import pytest
from django.core.management import CommandError, call_command

from helpdesk.api.models import Token
from tests.api.scopes import token_of

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


class TestPage:
    def test_scopes_and_networks_can_be_chosen_and_are_shown(self, page):
        page.post(
            "/t/escola/tokens/new/",
            {
                "name": "CRM",
                "reach": "parts",
                "scope-tickets": "write",
                "scope-learners": "read",
                "networks": "203.0.113.7/24, 2001:DB8::1\n203.0.113.0/24",
                "days": "",
            },
        )
        token = Token.objects.get()
        assert token.scopes == ["tickets:read", "tickets:write", "learners:read"]
        assert token.networks == ["203.0.113.0/24", "2001:db8::1/128"]
        text = page.get("/t/escola/tokens/").text
        assert "Learners: read" in text
        assert "only from 203.0.113.0/24, 2001:db8::1/128" in text

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("::ffff:203.0.113.9", "203.0.113.9/32"),
            ("::FFFF:cb00:7109", "203.0.113.9/32"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::/0", "::/0"),
        ],
    )
    def test_ipv4_mapped_addresses_are_stored_as_ipv4(self, page, typed, kept):
        page.post("/t/escola/tokens/new/", {"name": "CRM", "reach": "read", "networks": typed, "days": ""})
        assert Token.objects.get().networks == [kept]

    def test_the_last_use_is_shown_with_its_address(self, page, team):
        api = token_of(team, "read")
        api.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
        api.get("tickets")
        assert "from 203.0.113.9" in page.get("/t/escola/tokens/").text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"reach": "parts"},
            {"reach": "everything"},
            {"reach": ""},
            {"reach": "parts", "scope-tickets": "admin"},
            {"networks": "203.0.113.300"},
            {"networks": "example.com"},
            {"networks": "fe80::1%eth0"},
            {"networks": "203.0.113.0/33"},
            {"networks": "\0"},
            {"networks": " ".join(f"10.0.0.{number}" for number in range(51))},
            {"networks": "1" * 5000},
        ],
    )
    def test_an_invalid_form_is_shown_again_as_typed(self, page, wrong):
        data = {"name": "CRM", "reach": "read", "days": "90"} | wrong
        response = page.post("/t/escola/tokens/new/", data)
        assert response.status_code == 422
        assert 'value="CRM"' in response.text
        assert not Token.objects.exists()


def test_the_command_accepts_them_too(team, capsys):
    options = {"team": "escola", "name": "CRM"}
    call_command("create_token", **options, scopes="tickets:read,learners:read", networks="203.0.113.0/24")
    said = json.loads(capsys.readouterr().out)
    assert (said["scopes"], said["networks"]) == (["tickets:read", "learners:read"], ["203.0.113.0/24"])
    for wrong in ({"scopes": "tickets:admin"}, {"scopes": "tickets"}, {"networks": "nowhere"}):
        with pytest.raises(CommandError):
            call_command("create_token", **(options | wrong))
