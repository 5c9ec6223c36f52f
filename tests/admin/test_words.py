"""The admin speaks the reader's language, also of what other packages bring along."""

import re
from html.parser import HTMLParser

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, reverse

from helpdesk.teams.tasks import forget_account_events

pytestmark = pytest.mark.django_db
WITHOUT_END = {"input", "br", "img", "meta", "link", "hr", "base"}
# The same in both languages, or Django's own and so in every admin.
SAME = {
    *(
        "api",
        "bytes.",
        "e-mail",
        "hash",
        "helpdesk",
        "login",
        "logins",
        "normal",
        "status",
        "token",
        "tokens",
        "webauthn",
    ),
    *(
        "webauthn",
        "webhook",
        "webhooks",
        "webhook-id",
        "webhook-signature",
        "salt",
        "pbkdf2_sha256",
        "search",
        "true",
        "false",
    ),
}
BETWEEN = re.compile(r"Relacionamentos? ticket-tag|Ticket_tags object")  # Django's, of a table that is no model of ours


class Words(HTMLParser):
    """The texts of a page, but for what records hold: cells, read-only values, choices of a form."""

    def __init__(self, html):
        super().__init__()
        self.found: set[str] = set()
        self.within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found |= {given[name] or "" for name in ("title", "aria-label", "placeholder", "alt") if name in given}
        if tag not in WITHOUT_END:
            self.within.append(f"{tag} {given.get('class') or ''} {given.get('name') or ''}")

    def handle_endtag(self, tag):
        while self.within and self.within.pop().split()[0] != tag:
            pass

    def handle_data(self, data):
        holds = r"(script|style|bdi) |(td|th) .*\bfield-|\w+ .*\breadonly\b|select (?!.* action$)"
        if not any(re.match(holds, each) for each in self.within):
            self.found.add(" ".join(data.split()).removeprefix("› ").removesuffix(":").lstrip("0123456789 "))


def words_of(client, address, language):
    response = client.get(address, headers={"accept-language": language})
    return Words(response.text).found if response.status_code == 200 else set()  # records are only looked at


def pages():
    """The index, and of each model its list, its form and its first row with what is asked before it is deleted."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        first = model._base_manager.first()
        for page, args in (
            ("changelist", []),
            ("add", []),
            *((page, [first.pk]) for page in ("change", "delete") if first),
        ):
            try:
                yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
            except NoReverseMatch:
                continue


def stored():
    """What records hold, and how each is called by its own."""
    for model in admin.site._registry:
        for row in model._base_manager.all():
            yield str(row)
            yield from (str(value) for value in vars(row).values())


def test_no_text_is_left_in_english(operator, filled, owner):
    Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={})
    forget_account_events.configure().defer(timestamp=0)
    data = {" ".join(text.split()) for text in stored()} | {"root", "Logins: 1"}
    left: dict[str, str] = {}
    for address in pages():
        words = words_of(operator, address, "pt-BR") & words_of(operator, address, "en")
        kept = {text for text in words - data if re.search("[a-zA-Z]{2}", text) and text.casefold() not in SAME}
        left |= {text: address for text in kept if not BETWEEN.match(text)}
    assert left == {}


@pytest.mark.parametrize(
    ("language", "name"), [("pt-br", "Chamados | Pode ver: chamado"), ("en", "Tickets | Can view: ticket")]
)
def test_permissions_are_translated(operator, owner, language, name):
    group = Group.objects.create(name="Suporte")
    owner.user_permissions.add(Permission.objects.get(codename="view_ticket"))
    for address in (
        reverse("admin:teams_user_change", args=[owner.pk]),
        reverse("admin:auth_group_change", args=[group.pk]),
    ):
        page = operator.get(address, headers={"accept-language": language}).text
        assert name in page
        assert ("Can view" in page) == (language == "en")


def test_permissions_are_translated_for_viewers_too(client, owner, agent):
    agent.is_staff = True
    agent.save()
    agent.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(agent)
    page = client.get(reverse("admin:teams_user_change", args=[agent.pk]), headers={"accept-language": "pt-br"}).text
    assert "Pode alterar: usuário" in page


def test_custom_permissions_keep_their_name(db):
    of_tickets = Permission.objects.get(codename="view_ticket").content_type
    own = Permission(content_type=of_tickets, codename="print_ticket", name="Print tickets")
    gone = Permission(
        content_type=ContentType(app_label="old", model="thing"), codename="add_thing", name="Can add thing"
    )
    assert [str(own).split(" | ")[-1], str(gone).split(" | ")[-1]] == ["Print tickets", "Can add thing"]


def test_actions_in_portuguese_avoid_the_wrong_gender(operator):
    offered = set()
    for model in admin.site._registry:
        try:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        except NoReverseMatch:
            continue
        actions = re.findall(
            r"<option value=.*?</option>", operator.get(address, headers={"accept-language": "pt-br"}).text
        )
        offered |= set(actions)
        assert not [action for action in actions if "selecionado" in action], address
    assert offered
