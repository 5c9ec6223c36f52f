"""The learner's page about their help request, opened by a secret link without an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.solving import say_solved, say_unsolved
from helpdesk.conversations.files.attachments import download_address, keep, prepare
from helpdesk.conversations.files.checking import CheckedFile
from helpdesk.conversations.guesses import keep_shown
from helpdesk.conversations.languages import asked_language, localized_for_ticket, note_language
from helpdesk.conversations.learner_page import learner_links, limits
from helpdesk.conversations.learner_page.content import LearnerPage
from helpdesk.conversations.learner_page.forms import NO_LESSON, RatingForm, WriteForm
from helpdesk.conversations.learner_page.link_emails import enqueue_new_link
from helpdesk.conversations.learner_page.seen_lessons import chosen_lesson, offered
from helpdesk.conversations.models import LearnerLink, Submission
from helpdesk.conversations.public_pages import public_page, show
from helpdesk.conversations.request_lanes import MAX_BODY
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.operations.environ import client_address
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Score, Ticket, Topic
from helpdesk.ui.responses import HttpResponseSeeOther

LONGEST_KEPT = 50_000  # characters of submitted text that a page gives back
TYPED = ("body", "comment")


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def learner_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the page, or on POST receive a message or rating.

    GET stores nothing, because e-mail scanners open every link.
    """
    link, refusal = _find(request, token)
    if link is None:
        return refusal
    with localized_for_ticket(link.ticket, asked_language(request)):
        response = _answer(request, link)
        response.headers["Content-Language"] = translation.get_language() or ""
    return response


def _answer(request: HttpRequest, link: LearnerLink) -> HttpResponse:
    if request.method == "POST":
        return _post(request, link)
    return _show(LearnerPage(link), request) if link.is_valid else _show_gone(link)


@require_safe
@public_page
def learner_file(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """Redirect to a file of the conversation, at an address that soon expires."""
    link, refusal = _find(request, token)
    if link is None:
        return refusal
    if not link.is_valid:
        return _show_gone(link)
    file = LearnerPage(link).file(pk)
    return redirect(download_address(file)) if file else show("conversations/learner_page/file_gone.html", {}, 404)


def _find(request: HttpRequest, token: str) -> tuple[LearnerLink | None, HttpResponse]:
    """The link and an unused response; or None and the response to send, for an unknown link or too many of them."""
    address = client_address(request.META)
    link, may_look_up = learner_links.find(token), limits.may_look_up(address)
    if not may_look_up and not (link and limits.is_known(link, address)):
        return None, show("conversations/learner_page/too_many.html", {}, 429)
    if link is None:
        limits.note_forged(address)
        return None, show("conversations/learner_page/unknown.html", {}, 404)
    return link, HttpResponse()


def _post(request: HttpRequest, link: LearnerLink) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return show("conversations/learner_page/too_large.html", {"school": sender_of(link.team).name}, 413)
    do = request.POST.get("do", "")
    if not link.is_valid:
        return _renew(request, link) if do == "renew" else _show_gone(link, _typed_in(request))
    return _HANDLERS.get(do, _write)(request, link)


def _show(page: LearnerPage, request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with the choice made in the e-mail, or with an invalid form."""
    form: WriteForm = more.get("form") or WriteForm(page=page)
    shows_rating = page.is_resolved and not page.is_asking
    context = {
        "page": page,
        "school": page.school,
        "form": form,
        **_rating_context(page, more.get("rating_form") or RatingForm(), request.GET.get("score", "")),
        "needs_help": "help" in request.GET,
        **_choice_context(page, request.GET if request.method != "POST" else request.POST),
        "body": _typed_in(request, *(["body"] if shows_rating else TYPED)),
        "just_sent": request.GET.get("sent", ""),
    }
    return show("conversations/learner_page/page.html", context | more, status)


def _typed_in(request: HttpRequest, *names: str) -> str:
    """The text submitted in these fields, or in all, for a page to give back."""
    words = [request.POST.get(name, "") for name in names or TYPED]
    return "\n\n".join(filter(None, words))[:LONGEST_KEPT]


def _choice_context(page: LearnerPage, asked: QueryDict) -> dict[str, Any]:
    """The choices, with the selected one: from the e-mail or form, else the earlier one if it can still be changed."""
    topic_before, lesson_before = page.choice if page.can_correct else ("", "")
    topic, lesson = asked.get("topic", ""), asked.get("lesson", "") or lesson_before
    topic = topic if topic in Topic.values else topic_before
    lessons = offered(page.lessons, lesson) if page.is_asking or page.can_correct else []
    lesson = lesson if lesson in {NO_LESSON, *(each.code for each in lessons)} else lesson_before
    return {
        "topics": page.topics,
        "topic": topic,
        "lessons": lessons,
        "lesson": lesson,
        "is_correcting": page.can_correct and (topic, lesson) != (topic_before, lesson_before),
    }


def _rating_context(page: LearnerPage, form: RatingForm, asked: str) -> dict[str, Any]:
    """The three faces, with the selected one: from the form, else `asked` for by an e-mail, else the earlier rating."""
    rating = page.rating
    chosen, comment = (asked or rating.score, rating.comment) if rating else (asked, "")
    if form.is_bound:
        chosen, comment = form.data.get("score", ""), form.data.get("comment", "")
    faces = [
        (Score.BAD, "sad", _("It did not help")),
        (Score.OK, "soso", _("So-so")),
        (Score.GOOD, "glad", _("It helped")),
    ]
    return {
        "rating_form": form,
        "faces": [(score.value, icon, label, str(score.value) == str(chosen)) for score, icon, label in faces],
        "comment": comment,
    }


def _show_gone(link: LearnerLink, body: str = "", *, is_requested: bool = False) -> HttpResponse:
    """The page for an expired or revoked link. It does not say which, or whose it was; it gives back submitted text."""
    context = {"school": sender_of(link.team).name, "body": body, "is_requested": is_requested}
    return show("conversations/learner_page/gone.html", context, 200 if is_requested else 410)


def _renew(request: HttpRequest, link: LearnerLink) -> HttpResponse:
    """Send a new link to the address on record, unless requested too often; the response is the same either way."""
    if limits.may_request_link(link, client_address(request.META)):
        enqueue_new_link(link, translation.get_language() or "")
    return _show_gone(link, _typed_in(request), is_requested=True)


def _write(request: HttpRequest, link: LearnerLink) -> HttpResponse:
    page = LearnerPage(link)
    form = WriteForm(request.POST, request.FILES, page=page)
    if not form.is_valid():
        return _show(page, request, 422, form=form)
    if form.is_repetition:
        return _back(request, link, "message")
    may_send = limits.may_send(link, client_address(request.META))
    try:
        # Pictures are slow, so prepare them before locking, and only for those who may send something.
        files = [prepare(file) for file in form.cleaned_data["pictures"]] if may_send else []
        return _send(page, request, partial(_receive, page, form, files), "message", form=form)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return _show(page, request, 422, form=form)


def _send(page: LearnerPage, request: HttpRequest, send: Callable[[], object], sent: str, **forms: Any) -> HttpResponse:
    """Do what the learner sent, unless that is too much at once; show the page with `forms` if it is.

    Raises ActionRefused.
    """
    with limits.sending(page.link, client_address(request.META)) as may_send:
        if not may_send:
            problem = _("That was a lot at once. Try again in an hour.")
            return _show(page, request, 429, problem=problem, **forms)
        send()
    return _back(request, page.link, sent)


def _receive(page: LearnerPage, form: WriteForm, files: list[CheckedFile]) -> None:
    """Store the message once, recognised by the form's key. Raises ActionRefused."""
    link, data, (topic, lesson) = page.link, form.cleaned_data, form.choice
    _submission, is_new = Submission.objects.get_or_create(link=link, key=form.submission_key)
    if not is_new:
        return
    keep_shown(page.ticket, page.guesses)  # these determined the order of topics on the page
    incoming = IncomingMessage(
        data["body"],
        Message.Channel.PAGE,
        topic=topic,
        lesson=chosen_lesson(form.page.lessons, lesson) if lesson else None,
        is_lesson_withdrawn=lesson == NO_LESSON,
        trust=Message.Trust.LINK,
        attachments=[keep(file, link.ticket) for file in files],
    )
    receive_message(link.ticket, Actor.learner(link.ticket.learner), incoming)
    LearnerLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())


def _solve(request: HttpRequest, link: LearnerLink) -> HttpResponse:
    """The learner no longer needs help."""
    return _say(request, link, say_solved, "solved")


def _unsolve(request: HttpRequest, link: LearnerLink) -> HttpResponse:
    """The learner still needs help, so their request is reopened."""
    return _say(request, link, say_unsolved, "unsolved")


def _say(request: HttpRequest, link: LearnerLink, say: Callable[[Ticket, Actor], None], sent: str) -> HttpResponse:
    page = LearnerPage(link)
    try:
        return _send(page, request, partial(say, page.ticket, Actor.learner(page.ticket.learner)), sent)
    except ActionRefused as refused:
        return _show(page, request, 422, problem=str(refused))


def _rate(request: HttpRequest, link: LearnerLink) -> HttpResponse:
    page, form = LearnerPage(link), RatingForm(request.POST)
    if not (page.is_resolved and form.is_valid()):
        return _refuse_rating(request, page, form)
    score, comment = form.cleaned_data["score"], form.cleaned_data["comment"]
    rate = partial(rate_ticket, page.ticket, Actor.learner(page.ticket.learner), score, comment)
    try:
        return _send(page, request, rate, "rating", rating_form=form)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return _refuse_rating(request, LearnerPage(link), form)


def _refuse_rating(request: HttpRequest, page: LearnerPage, form: RatingForm) -> HttpResponse:
    """Show the errors beside the faces; if the ticket was reopened, say so and offer the comment as a message."""
    if page.is_resolved:
        return _show(page, request, 422, rating_form=form)
    problem = _("Your request is open again, so it cannot be rated.")
    if request.POST.get("comment", "").strip():
        problem += " " + _("What you wrote is still here: send it as a message.")
    return _show(page, request, 422, problem=problem)


def _back(request: HttpRequest, link: LearnerLink, sent: str) -> HttpResponse:
    note_language(link.ticket.learner, request)
    return HttpResponseSeeOther(f"{request.path}?sent={sent}")


# By what the form is to `do`.
_HANDLERS = {"rate": _rate, "solved": _solve, "unsolved": _unsolve}
