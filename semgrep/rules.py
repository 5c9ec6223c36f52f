"""What each rule finds, and what it leaves alone: `make semgrep` fails where one does otherwise."""

import requests


def asks_elsewhere(address):
    # ruleid: request-outside-of-outgoing
    httpx.get(address)
    # ruleid: request-outside-of-outgoing
    requests.post(address)
    # ruleid: request-outside-of-outgoing, session-that-is-awaited-for-ever
    smtplib.SMTP(address)
    # ruleid: request-outside-of-outgoing
    smtplib.SMTP(address, timeout=5)
    # ok: request-outside-of-outgoing
    http_client.post(address)


def leads_away(request):
    # ruleid: redirect-by-request
    return redirect(request.GET["next"])


def leads_away_by_the_header(request):
    page = request.headers["referer"]
    # ruleid: redirect-by-request
    return HttpResponseRedirect(page)


def leads_back(request):
    # ok: redirect-by-request
    return redirect(referring_page(request) or reverse("inbox"))


def pieces(name):
    # ruleid: html-of-pieces
    mark_safe(f"<b>{name}</b>")
    # ruleid: html-of-pieces
    format_html("<b>%s</b>" % name)
    # ok: html-of-pieces
    format_html("<b>{}</b>", name)


def compares(given, token):
    # ruleid: secret-compared-openly
    if given.token == expected:
        pass
    # ok: secret-compared-openly
    if token == "":
        pass
    # ok: secret-compared-openly
    hmac.compare_digest(given.token, expected)


def logs(learner):
    # ruleid: person-in-log
    logger.info("Sent to %s", learner.email)
    # ok: person-in-log
    logger.info("Sent to %s", learner.pk)


# ruleid: view-that-takes-no-token
@csrf_exempt
def takes_all(request):
    pass


def anybodys(request, pk):
    # ruleid: row-by-number-alone
    Ticket.objects.get(pk=pk)
    # ruleid: row-by-number-alone
    get_object_or_404(Ticket, pk=pk)
    # ok: row-by-number-alone
    get_object_or_404(Ticket.objects.for_team(request.team), pk=pk)
    # ok: row-by-number-alone
    Ticket.objects.get(pk=found.pk)
