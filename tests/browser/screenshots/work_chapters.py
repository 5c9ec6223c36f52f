"""The pictures of what a team works in, and of the learner's page."""

from django.db.models import Count, QuerySet

from helpdesk.teams.models import Team
from helpdesk.tickets.models import Message, Status, Ticket
from tests.browser.screenshots import gestures, states
from tests.browser.screenshots.camera import AFTER, DARK, DARK_PHONE, DESKTOP, LAST, PHONE, WIDE, Shot
from tests.browser.screenshots.gestures import choose, first, keys, steps, write
from tests.browser.screenshots.other_teams import BRUNO, IRIS, busiest_lesson, busy_team, quiet_team


def _asked(team: Team) -> QuerySet[Ticket]:
    return Ticket.objects.for_team(team).unfinished().exclude(question="").order_by("number")


def _path(ticket: Ticket) -> str:
    return f"tickets/{ticket.number}/"


def _quiet(team: Team) -> Ticket:
    """One of which nobody knows the question."""
    unfinished = Ticket.objects.for_team(team).unfinished()
    return unfinished.filter(question="", status=Status.NEW).order_by("-number")[0]


def inbox(team: Team) -> list[Shot]:
    """The list of tickets."""
    source = team.sources.order_by("created_at")[0]
    release = states.release(source)
    asked = _path(_asked(team)[0])
    return [
        Shot("inbox", "Who waits, since when, what they did before", DESKTOP, "", first(".row-link")),
        Shot("inbox-wide", "List, ticket and what is around it", WIDE, asked),
        Shot("inbox-dark", "Many at once", DARK, "", choose(5)),
        Shot("inbox-phone", "On a phone", PHONE, ""),
        Shot("inbox-phone-dark", "Many at once, on a phone", DARK_PHONE, "", choose(3)),
        Shot("inbox-filters", "Filters", DESKTOP, "", keys("f")),
        Shot("inbox-search", "A search", DESKTOP, "?q=maria"),
        Shot("inbox-snippets", "What a search found where no row shows it", DESKTOP, "?q=aluno.example"),
        Shot("inbox-nothing-found", "Nothing found", DESKTOP, "?q=nada+assim"),
        Shot("inbox-menu", "What can become of a row", DESKTOP, "", keys("j", "m")),
        Shot("inbox-menu-phone", "The same on a phone", PHONE, "", first(".row [data-key=m]")),
        Shot("inbox-done", "What is resolved", DESKTOP, "?status=done"),
        Shot("inbox-empty", "Nobody waits", DESKTOP, quiet_team, person=BRUNO),
        Shot("inbox-empty-phone", "Nobody waits, on a phone", DARK_PHONE, quiet_team, person=BRUNO),
        Shot(
            "inbox-empty-view", "A view with nothing in it", DESKTOP, lambda: quiet_team("?assignee=me"), person=BRUNO
        ),
        Shot(
            "inbox-reader", "For who only reads", DESKTOP, states.viewer_of(team, ""), person=states.VIEWER, turn=AFTER
        ),
        Shot("inbox-ask-many", "More than twenty: a question first", DESKTOP, "", gestures.ask_many),
        Shot(
            "inbox-running",
            "A large change goes on",
            DESKTOP,
            busy_team,
            gestures.resolve_all_slowly,
            IRIS,
            restore=gestures.let_go,
        ),
        Shot("inbox-refused", "What could not be done, and why", DESKTOP, "", gestures.merge_many),
        Shot(
            "inbox-undo-many",
            "Five resolved, with their undo",
            DESKTOP,
            "",
            gestures.resolve_many,
            turn=AFTER,
            restore=gestures.undo,
        ),
        Shot("inbox-new-requests", "New requests while one looks", DESKTOP, "", states.be_asked(team), turn=AFTER),
        Shot(
            "inbox-banner",
            "Something keeps requests from coming in",
            DESKTOP,
            lambda: states.hold_back(source)[:0],
            turn=LAST,
            restore=release,
        ),
        Shot(
            "inbox-banner-phone",
            "The same on a phone",
            DARK_PHONE,
            lambda: states.hold_back(source)[:0],
            turn=LAST,
            restore=release,
        ),
        Shot("saved-views", "Saved filters", DESKTOP, lambda: states.save_views(team), turn=AFTER),
        Shot("palette", "The palette finds anything", DESKTOP, "", keys("Control+k", '"mar"')),
        Shot("palette-ticket", "… and does anything", DESKTOP, _path(_quiet(team)), keys("Control+k")),
        Shot("keys", "Every key", DESKTOP, "", keys("?")),
    ]


def tickets(team: Team) -> list[Shot]:
    """A ticket in its states."""
    quiet, asked = _quiet(team), _asked(team)[0]
    talks = Ticket.objects.for_team(team).unfinished().filter(messages__kind=Message.Kind.REPLY)
    conversation = _path(talks.annotate(said=Count("messages")).order_by("-said", "-number")[0])
    own, question = _path(quiet), _path(asked)
    return [
        Shot("ticket", "No question yet: what the learner did", DESKTOP, own),
        Shot("ticket-question", "The question, once it is known", DESKTOP, question),
        Shot("ticket-conversation", "A conversation", DESKTOP, conversation, gestures.to_the_end),
        Shot("ticket-conversation-dark", "The same in the dark", DARK, conversation, gestures.to_the_end),
        Shot("ticket-phone", "On a phone", DARK_PHONE, question),
        Shot("ticket-resolved", "Resolved", DESKTOP, lambda: states.finished(team)),
        Shot("ticket-merged", "Merged into another", DESKTOP, lambda: states.merged(team)),
        Shot("ticket-picker", "Choosing a tag", DESKTOP, own, keys("l")),
        Shot("ticket-assignee", "Choosing who does it", DESKTOP, own, keys("a")),
        Shot("ticket-snooze", "Choosing until when it sleeps", DESKTOP, own, keys("s")),
        Shot("ticket-more-phone", "All that can be done, on a phone", PHONE, question, first("#ticket [data-key=m]")),
        Shot("ticket-undo", "Every change can be undone", DESKTOP, own, gestures.take, restore=gestures.undo),
        Shot("ticket-presence", "A colleague writes", DESKTOP, question, states.look_on(asked), turn=AFTER),
        Shot("ticket-refusal", "A colleague was faster", DESKTOP, own, states.be_too_late(quiet), turn=AFTER),
        Shot(
            "push-offer",
            "Notifications are offered",
            DESKTOP,
            lambda: states.of_nobody(team),
            gestures.be_offered_push,
            turn=AFTER,
        ),
        Shot(
            "ticket-email-failed",
            "A reply did not arrive",
            DESKTOP,
            lambda: _path(states.failed_email(team)),
            turn=LAST,
        ),
    ]


def replying(team: Team) -> list[Shot]:
    """Writing to the learner, and to colleagues."""
    question = _path(_asked(team)[0])
    text = '"Oi! Saia da plataforma e **entre de novo**, por favor."'
    return [
        Shot("reply", "A reply", DESKTOP, question, write(text)),
        Shot(
            "reply-preview",
            "What the learner will see",
            DESKTOP,
            question,
            steps(write(text), first("#editor-reply [data-preview]")),
        ),
        Shot("reply-canned", "Canned replies", DESKTOP, question, write('"/"')),
        Shot(
            "reply-send-menu",
            "What becomes of the ticket",
            DESKTOP,
            question,
            steps(write(text), first("#editor-reply .split summary")),
        ),
        Shot(
            "reply-empty",
            "Nothing was written",
            DESKTOP,
            question,
            steps(write(), first("#editor-reply [data-default-submit]"), gestures.settle),
        ),
        Shot(
            "reply-sent",
            "Ten seconds to think again",
            DESKTOP,
            question,
            steps(write(text), gestures.send),
            turn=AFTER,
            restore=gestures.undo,
        ),
        Shot("reply-phone", "On a phone", PHONE, question, write('"Oi! "')),
        Shot(
            "reply-send-menu-phone",
            "What becomes of it, on a phone",
            DARK_PHONE,
            question,
            steps(write('"Oi! "'), first("#editor-reply .split summary")),
        ),
        Shot("note", "A note mentions a colleague", DESKTOP, question, steps(first(".dock-note"), keys('"@"'))),
        Shot("canned-replies", "The team’s canned replies", DESKTOP, "canned-replies/"),
        Shot("canned-reply", "A new one", DESKTOP, "canned-replies/new/"),
        Shot(
            "first-replies",
            "The first reply, and what the learner gets",
            DESKTOP,
            "email/first-replies/",
            first("main a[href*='first-replies/']:not([href$='new/'])"),
        ),
    ]


def learner_page(team: Team) -> list[Shot]:
    """What a learner meets behind the link of an e-mail."""
    pages = states.learner_pages(team)
    return [
        Shot("learner-page", "The missing question", PHONE, pages["asks"]),
        Shot("learner-page-dark", "The same in the dark", DARK_PHONE, pages["asks"]),
        Shot("learner-page-wide", "On a computer", DESKTOP, pages["asks"]),
        Shot("learner-page-incomplete", "Nothing was chosen or written", PHONE, pages["asks"], gestures.submit),
        Shot("learner-page-sent", "It has arrived", PHONE, pages["asks"], gestures.ask_for_help, turn=AFTER),
        Shot("learner-page-conversation", "What was said", PHONE, pages["talks"]),
        Shot("learner-page-rating", "Did it work out?", PHONE, pages["resolved"]),
        Shot("learner-page-rated", "How it was", PHONE, pages["rated"]),
        Shot(
            "learner-page-solved",
            "The learner no longer needs help",
            PHONE,
            pages["talks"],
            first(".solved button"),
            turn=AFTER,
            restore=steps(first(".take-back button"), gestures.settle),
        ),
        Shot("learner-page-gone", "The link is too old", PHONE, pages["gone"]),
        Shot(
            "learner-page-renewed",
            "A new one is on its way",
            PHONE,
            pages["gone"],
            steps(first("form .btn-primary"), gestures.settle),
            turn=AFTER,
        ),
        Shot("learner-page-unknown", "The link is not complete", DARK_PHONE, "/ajuda/incompleto/"),
    ]


def emails(team: Team) -> list[Shot]:
    """E-mail that comes in, and how it is set up."""
    ignore = steps(gestures.tick(1), first("main form .log-actions .btn"), gestures.settle)
    return [
        Shot("emails", "E-mails without a ticket", DESKTOP, "emails/"),
        Shot("emails-ticked", "Two chosen", DESKTOP, "emails/", gestures.tick(2)),
        Shot("emails-phone", "On a phone", DARK_PHONE, "emails/", gestures.tick(1)),
        Shot("email", "One of them", DESKTOP, lambda: states.held_email(team)),
        Shot(
            "emails-ignored",
            "One ignored, with its undo",
            DESKTOP,
            "emails/",
            ignore,
            turn=AFTER,
            restore=steps(first(".notice.success .btn"), gestures.settle),
        ),
        Shot("emails-empty", "None is left", DESKTOP, lambda: quiet_team("emails/"), person=BRUNO),
        Shot("ignored-senders", "Who is ignored", DESKTOP, "emails/senders/"),
        Shot("email-settings", "Whom e-mails come from", DESKTOP, "email/"),
        Shot("mailboxes", "Mailboxes", DESKTOP, "email/mailboxes/"),
        Shot("mailbox", "A mailbox", DESKTOP, "email/mailboxes/", first("main a[href*='/mailboxes/']")),
        Shot("unsubscribe", "An e-mail stopped by one click", DESKTOP, lambda: states.unsubscribing(team), person=""),
    ]


def overview(team: Team) -> list[Shot]:
    """Everything beside single tickets."""
    asked = _asked(team)[0]
    tag, other = team.tags.order_by("name")[:2]
    return [
        Shot("reports", "Reports", DESKTOP, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-dark", "In the dark", DARK, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-phone", "On a phone", PHONE, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-wide", "On a wide screen", WIDE, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-empty", "Of days without tickets", DESKTOP, "reports/?first=2020-01-01&last=2020-01-02"),
        Shot("courses", "Courses", DESKTOP, lambda: busy_team("courses/"), person=IRIS),
        Shot(
            "course",
            "A course",
            DESKTOP,
            lambda: busy_team("courses/"),
            steps(first("main .table a, main li a, main a.link"), gestures.settle),
            IRIS,
        ),
        Shot("lesson", "A lesson", DESKTOP, busiest_lesson, person=IRIS),
        Shot("learners", "Learners", DESKTOP, "learners/"),
        Shot("learner", "A learner", DESKTOP, f"learners/{asked.learner_id}/"),
        Shot("tags", "Tags", DESKTOP, "tags/"),
        Shot("tag", "A tag", DESKTOP, f"tags/{tag.pk}/"),
        Shot("merge-tag", "Two that mean the same", DESKTOP, f"tags/{tag.pk}/merge/?into={other.pk}"),
        Shot("delete-tag", "One that is not needed", DESKTOP, f"tags/{tag.pk}/delete/"),
        Shot("new-ticket", "A ticket opened by hand", DESKTOP, "tickets/new/"),
    ]
