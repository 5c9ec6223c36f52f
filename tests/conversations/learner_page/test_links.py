"""Links to the learner's page: forged, guessed, expired, revoked, and requested again."""

import contextlib
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.learner_page import learner_links, limits
from helpdesk.conversations.models import LearnerLink, PageAttempt
from helpdesk.tickets.models import Message
from tests.conversations.learner_page.writing import send
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
NO_JOB: Any = None  # it is asked for only where the e-mail cannot be sent


def test_a_forged_link_is_not_found_and_reveals_nothing(learner_browser, learner_path):
    answer = learner_browser.get("/ajuda/AAAAAAAAAAAAAAAAAAAAAA/")
    assert answer.status_code == 404
    assert "Escola" not in answer.text
    assert send(learner_browser, "/ajuda/AAAAAAAAAAAAAAAAAAAAAA/", body="Oi").status_code == 404


def test_guessing_is_limited_per_address_except_for_links_used_from_there(learner_browser, learner_path, help_request):
    send(learner_browser, learner_path, body="Oi")
    other = learner_links.create_link(open_ticket(help_request.team))[1]
    codes = [learner_browser.get(f"/ajuda/{n:022}/").status_code for n in range(31)]
    assert codes == [404] * 30 + [429]
    assert PageAttempt.objects.filter(kind="forged").count() == 30
    assert learner_browser.get(learner_path).status_code == 200
    assert learner_browser.get(f"/ajuda/{other}/").status_code == 429
    assert learner_browser.get(f"/ajuda/{other}/", REMOTE_ADDR="10.1.2.3").status_code == 200


def end(kind):
    LearnerLink.objects.update(
        **{"expires_at": timezone.now()} if kind == "expired" else {"revoked_at": timezone.now()}
    )


def jobs():
    """The arguments of the jobs that send new links."""
    waiting = ProcrastinateJob.objects.filter(task_name="conversations.send_new_link", queue_name="notifications")
    return list(waiting.order_by("pk").values_list("args", flat=True))


def test_expired_and_revoked_links_look_the_same_and_name_nobody(learner_browser, learner_path):
    shown = {}
    for kind in ("expired", "revoked"):
        LearnerLink.objects.update(expires_at=timezone.now() + timedelta(days=1), revoked_at=None)
        end(kind)
        answer = learner_browser.get(learner_path)
        assert answer.status_code == 410
        shown[kind] = answer.text
    assert shown["expired"] == shown["revoked"]
    assert not re.search("Conceição|conceicao|Chocolate", shown["expired"])
    assert "Get a new link by e-mail" in shown["expired"]
    assert jobs() == []


def test_a_message_sent_through_an_expired_link_is_given_back(learner_browser, learner_path):
    end("expired")
    answer = send(learner_browser, learner_path, topic="video", body="Um texto longo")
    assert (answer.status_code, Message.objects.count()) == (410, 0)
    assert "Um texto longo" in answer.text


def test_a_new_link_goes_only_to_the_address_on_record(learner_browser, learner_path, mailoutbox, help_request):
    end("revoked")
    texts = {
        learner_browser.post(learner_path, {"do": "renew", "email": "other@example.com", "body": "Oi"}).text
        for _ in range(5)
    }
    assert len(texts) == 1
    assert len(jobs()) == 3
    assert "conceicao" not in texts.pop()
    from helpdesk.conversations.tasks import send_new_link

    send_new_link(NO_JOB, **jobs()[0])
    (email,) = mailoutbox
    assert (email.extra_headers["Precedence"], email.extra_headers["X-Auto-Response-Suppress"]) == ("auto_reply", "All")
    assert email.extra_headers["List-Id"].startswith(f"<{help_request.team.slug}.tickets.")
    assert email.to == ["conceicao@example.com"]
    (sent,) = re.findall(r"/ajuda/[\w-]+/", email.body)
    assert learner_browser.get(sent).status_code == 200
    assert sent != learner_path


def test_new_links_are_limited_per_learner_and_day(learner_browser, help_request, learner_path, team, monkeypatch):
    monkeypatch.setattr(limits, "MOST_REQUESTED_BY_LEARNER", 2)
    end("revoked")
    learner_browser.post(learner_path, {"do": "renew"})
    other = f"/ajuda/{learner_links.create_link(open_ticket(team, learner=help_request.learner))[1]}/"
    end("revoked")
    for _ in range(2):
        learner_browser.post(other, {"do": "renew"})
    assert len(jobs()) == 2


@pytest.mark.parametrize(("attempts", "is_told"), [(0, False), (6, True)])
def test_the_team_is_notified_when_a_new_link_could_not_be_sent(
    help_request, learner_path, settings, attempts, is_told
):
    from helpdesk.conversations.tasks import send_new_link

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    context = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
    with contextlib.nullcontext() if is_told else pytest.raises(OSError, match="refused"):
        send_new_link(cast("Any", context), link_id=LearnerLink.objects.get().pk, language="en")
    notes = list(help_request.messages.filter(kind="note").values_list("body", flat=True))
    assert len(notes) == is_told
    assert all("asked for a new link" in note and "refused" in note for note in notes)


def test_no_link_is_sent_to_a_suppressed_address(help_request, learner_path, mailoutbox):
    from helpdesk.conversations.models import SuppressedAddress
    from helpdesk.conversations.tasks import send_new_link

    SuppressedAddress.objects.create(team=help_request.team, address="conceicao@example.com", reason="bounced")
    send_new_link(NO_JOB, link_id=LearnerLink.objects.get().pk, language="en")
    assert mailoutbox == []
    assert "E-mail to conceicao@example.com is stopped" in help_request.messages.get(kind="note").body


def test_a_valid_link_is_not_renewed(learner_browser, learner_path):
    assert learner_browser.post(learner_path, {"do": "renew"}).status_code == 422
    assert jobs() == []


def test_another_teams_link_opens_only_its_own_ticket(learner_browser, learner_path, help_request):
    stranger = open_ticket(MembershipFactory().team)
    address = f"/ajuda/{learner_links.create_link(stranger)[1]}/"
    send(learner_browser, address, body="De outra escola")
    assert Message.objects.get().team == stranger.team
    assert "De outra escola" not in learner_browser.get(learner_path).text
