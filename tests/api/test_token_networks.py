"""From where a token may be used."""

import pytest

from helpdesk.api.models import RateWindow, Token
from tests.api.client import Api
from tests.api.scopes import token_of

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


class TestNetworks:
    @pytest.mark.parametrize(
        ("networks", "address", "status"),
        [
            (["203.0.113.0/24"], "203.0.113.9", 200),
            (["203.0.113.0/24"], "203.0.114.9", 403),
            (["203.0.113.9/32", "2001:db8::/32"], "2001:db8:1::7", 200),
            (["2001:db8::7/128"], "2001:db8::7", 200),
            (["2001:db8::7/128"], "2001:db8::8", 403),
            (["203.0.113.0/24"], "::ffff:203.0.113.9", 200),
            (["0.0.0.0/0"], "2001:db8::7", 403),
            (None, "198.51.100.1", 200),
        ],
    )
    def test_a_token_works_only_from_its_networks(self, team, networks, address, status):
        api = token_of(team, "read", networks=networks)
        api.client.defaults["REMOTE_ADDR"] = address
        response = api.get("tickets")
        assert response.status_code == status
        token = Token.objects.get()
        if status == 403:
            assert address.removeprefix("::ffff:") in response.json()["detail"]
            assert (token.last_used_at, token.last_used_from) == (None, None)
        else:
            assert token.last_used_from == address.removeprefix("::ffff:")

    def test_a_forwarded_address_counts_only_from_a_trusted_proxy(self, team, settings):
        api = token_of(team, "read", networks=["203.0.113.0/24"])
        api.client.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
        assert api.get("tickets").status_code == 403
        settings.TRUSTED_PROXIES = 1
        assert api.get("tickets").status_code == 200
        api.client.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9, 198.51.100.1"
        assert api.get("tickets").status_code == 403

    @pytest.mark.parametrize(
        ("proxies", "forwarded"), [(1, ""), (1, "nonsense"), (1, "203.0.113.9,"), (2, "203.0.113.9"), (1, "unknown")]
    )
    @pytest.mark.parametrize("networks", [["10.0.0.0/8"], ["0.0.0.0/0"]])
    def test_a_client_not_named_by_the_proxy_is_refused(self, team, settings, proxies, forwarded, networks):
        settings.TRUSTED_PROXIES = proxies
        for api in (near := token_of(team, "read", networks=networks), anywhere := token_of(team, "read")):
            api.client.defaults |= {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
        refused = near.get("tickets")
        assert refused.status_code == 403
        assert "the proxy does not say yours" in refused.json()["detail"]
        assert anywhere.get("tickets").status_code == 200
        assert set(Token.objects.values_list("last_used_from", flat=True)) == {None}

    @pytest.mark.parametrize(
        "forwarded", ["203.0.113.9:4711", "[2001:db8::9]:4711", "[2001:db8::9]", "2001:db8::9", "::ffff:203.0.113.9"]
    )
    def test_a_proxy_may_include_the_port(self, team, settings, forwarded):
        settings.TRUSTED_PROXIES = 1
        api = token_of(team, "read", networks=["203.0.113.0/24", "2001:db8::/64"])
        api.client.defaults["HTTP_X_FORWARDED_FOR"] = forwarded
        assert api.get("tickets").status_code == 200
        assert Token.objects.get().last_used_from in {"203.0.113.9", "2001:db8::9"}

    def test_a_refused_call_does_not_count_towards_the_limit(self, team, settings):
        settings.API_RATE_PER_MINUTE = settings.API_RATE_PER_MINUTE_OF_TEAM = 1
        api = token_of(team, "read", networks=["203.0.113.0/24"])
        assert [api.get("tickets").status_code for _again in range(3)] == [403, 403, 403]
        assert not RateWindow.objects.exists()
        api.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
        assert api.get("tickets").status_code == 200
        assert dict(RateWindow.objects.values_list("client", "requests")) == {
            f"token:{Token.objects.get().pk}": 1,
            f"team:{team.pk}": 1,
        }

    def test_a_wrong_secret_does_not_reveal_them(self, team):
        token_of(team, "read", networks=["203.0.113.0/24"])
        assert Api("hdt_" + "x" * 43).get("tickets").status_code == 401
