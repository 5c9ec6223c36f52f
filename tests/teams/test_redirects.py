"""Where a login leads: to a page of ours, whatever its address names."""

import pytest

from tests.teams.accounts import PASSWORD, browser, is_in

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "/\t/evil.example",
    "\x00//evil.example",
    " //evil.example",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_login_leads_nowhere_else(ana, address):
    client = browser()
    data = {"login": ana.email, "password": PASSWORD, "next": address}
    response = client.post("/accounts/login/", data, query_params={"next": address})
    assert is_in(client)
    assert response["Location"] == "/"


def test_it_leads_back_to_a_page_of_ours(ana):
    data = {"login": ana.email, "password": PASSWORD, "next": "/account/?x=1"}
    assert browser().post("/accounts/login/", data)["Location"] == "/account/?x=1"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nor_does_a_change_of_the_language(client, address):
    assert "evil" not in client.post("/language/", {"language": "en", "next": address})["Location"]
    assert "script" not in client.post("/language/", {"language": "en", "next": address})["Location"]
