"""Browsers in which a user has been logged in for a given time."""

from helpdesk.teams.session_use import IN_SESSION
from tests.teams.accounts import browser, log_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1"
SECURITY = "/t/escola/team/security/"


def log_in_with(user_agent, address="198.51.100.1"):
    client = browser(address)
    client.defaults["HTTP_USER_AGENT"] = user_agent
    return log_in(client=client)[0]


def shift(client, **by):
    """Move the start, or the last use, of this browser's session into the past."""
    session = client.session
    session[IN_SESSION] = session[IN_SESSION] | {
        name: session[IN_SESSION][name] - by[name].total_seconds() for name in by
    }
    session[IN_SESSION]["noted"] -= 6 * 60
    session.save()


def sessions(client):
    return client.get("/account/").context["sessions"]


def team_of(user, **limits):
    team = user.memberships.get().team
    type(team).objects.filter(pk=team.pk).update(**limits)
    return team
