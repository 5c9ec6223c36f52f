"""Notifications, from the button to what the device shows.

Chromium's own push service is Google's, which no test may need. In the last test one of this machine takes its place,
and all is Chromium's own. That wants a profile that is kept, and seconds; so elsewhere what `subscribe` gives is of a
push service with keys of the test's, and what comes there is handed to the worker by DevTools. All the rest is real:
the page, the server, the worker of jobs, the encryption, the service worker, the notification.
"""

import json

import pytest
from django.test import Client
from playwright.sync_api import expect

from helpdesk.notifications.models import Channel, HistoryCursor, PushSubscription
from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.browser.programs import chromium, chromium_path
from tests.browser.push_service import push_service
from tests.browser.reading import fill_inbox, until, wait_for_worker
from tests.integrations.receiver import receiving
from tests.notifications.browser import Browser

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ana_reads_english")]

SUBSCRIBE = """
    const given = FIELDS;
    const stored = () => sessionStorage.getItem("test-subscribed");
    PushManager.prototype.subscribe = async (options) => {
        const isAllowed = Notification.permission === "granted" && options.userVisibleOnly;
        if (!isAllowed) throw new DOMException("", "NotAllowedError");
        sessionStorage.setItem("test-subscribed", "yes");
        return made(options.applicationServerKey.buffer);
    };
    const made = (applicationServerKey) => ({
        endpoint: given.endpoint,
        options: { applicationServerKey },
        toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.public_key, auth: given.secret } }),
        unsubscribe: async () => { sessionStorage.removeItem("test-subscribed"); return true; },
    });
    PushManager.prototype.getSubscription = async () => (stored() ? made(new ArrayBuffer(0)) : null);
"""
SHOWN = """navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
    .then((all) => all.map(({ title, body, tag, lang, data }) => ({ title, body, tag, lang, data })))"""


@pytest.fixture(scope="module")
def browser(playwright):
    """The whole of Chromium: its engine alone shows no notifications."""
    with chromium(playwright) as browser:
        yield browser


@pytest.fixture
def server(server, monkeypatch):
    """It lets notifications go to this machine; so may the worker then."""
    monkeypatch.setenv("PUSH_ALLOW_PRIVATE_ADDRESSES", "true")
    ensure_push_key()
    HistoryCursor.objects.create(pk=Channel.EMAIL, position=0, seen_position=0)
    return server


@pytest.fixture
def service():
    with receiving() as server:
        server.status = 201
        yield server


@pytest.fixture
def device(service):
    """The keys of the browser, and its address at the push service."""
    return Browser(f"{service.url}/wpush/one")


@pytest.fixture
def asking_page(open_page, server, ana, device):
    """A browser in which notifications are allowed as soon as they are asked for."""
    page = open_page(1280, user=ana, service_workers="allow")
    page.add_init_script(SUBSCRIBE.replace("FIELDS", json.dumps(device.fields)))
    page.context.grant_permissions(["notifications"], origin=server)
    return page


def deliver(page, server, said):
    """Hand this to the page's worker, as the browser does with what comes from its push service."""
    devtools, registrations = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    until(page, lambda: registrations, "Chromium tells of no worker")
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": server, "registrationId": registrations[0]["registrationId"], "data": said},
    )


def wait_for(page, requests):
    """The first that comes to the push service: the pause is 8 seconds, after a worker has started."""
    for _ in range(1200):
        if requests:
            return requests[0]
        page.wait_for_timeout(50)
    raise AssertionError("nothing came")


def test_a_new_request_is_shown_as_notification_and_opens_the_ticket(
    asking_page, server, worker, school, ana, service, device
):
    asking_page.goto(f"{server}/account/")
    wait_for_worker(asking_page)
    panel = asking_page.locator("#push")
    panel.get_by_role("button", name="Turn on").click()
    expect(panel.get_by_text("You get an e-mail only if a notification does not get through")).to_be_visible()
    assert PushSubscription.objects.get().user == ana

    (ticket,) = fill_inbox(school, 1)
    _headers, body = wait_for(asking_page, service.got)
    said = device.read(body)
    deliver(asking_page, server, json.dumps(said, ensure_ascii=False))
    until(asking_page, f"{SHOWN}.then((all) => all.length === 1)")
    assert asking_page.evaluate(SHOWN) == [
        {
            "title": "Aluno 001 asked for help",
            "body": "Confeitaria do zero",
            "tag": "escola-1",
            "lang": "en",
            "data": {"address": f"/t/escola/tickets/{ticket.number}/"},
        }
    ]
    # A touch cannot be made by DevTools, so the event is; the window that the browser then opens is only asked for.
    (service_worker,) = asking_page.context.service_workers
    opened = service_worker.evaluate("""async () => {
        const opened = new Promise((done) => { self.clients.openWindow = async (address) => done(address); });
        const [notification] = await self.registration.getNotifications();
        self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
        return opened;
    }""")
    assert opened == f"{server}/t/escola/tickets/{ticket.number}/"
    until(asking_page, f"{SHOWN}.then((all) => all.length === 0)")


def test_an_unreadable_notification_is_shown_all_the_same(asking_page, server, school):
    asking_page.goto(f"{server}/account/")
    wait_for_worker(asking_page)
    deliver(asking_page, server, "no JSON")
    until(asking_page, f"{SHOWN}.then((all) => all.length === 1)")
    assert asking_page.evaluate(SHOWN)[0]["title"] == "Helpdesk"


def test_turning_off_and_logging_out_end_the_subscription(asking_page, server, school, ana):
    asking_page.goto(f"{server}/account/")
    wait_for_worker(asking_page)
    panel = asking_page.locator("#push")
    for _ in range(2):
        panel.get_by_role("button", name="Turn on").click()
        expect(panel.get_by_role("button", name="Turn off")).to_be_visible()
        assert PushSubscription.objects.count() == 1
        panel.get_by_role("button", name="Turn off").click()
        expect(panel.get_by_role("button", name="Turn on")).to_be_visible()
        assert not PushSubscription.objects.exists()
    panel.get_by_role("button", name="Turn on").click()
    expect(panel.get_by_role("button", name="Turn off")).to_be_visible()
    asking_page.get_by_role("button", name="Log out").first.click()
    expect(asking_page.locator("input[type=password]")).to_be_visible()
    assert not PushSubscription.objects.exists()


def test_another_login_takes_over_the_subscription_until_it_ends(asking_page, server, school, ana):
    asking_page.goto(f"{server}/account/")
    wait_for_worker(asking_page)
    asking_page.locator("#push").get_by_role("button", name="Turn on").click()
    expect(asking_page.locator("#push").get_by_role("button", name="Turn off")).to_be_visible()
    client = Client()
    client.force_login(ana, "django.contrib.auth.backends.ModelBackend")
    asking_page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])
    until(asking_page, f"sessionStorage.getItem('push:{ana.pk}')")
    asking_page.evaluate(f"sessionStorage.removeItem('push:{ana.pk}')")  # as in another tab
    with asking_page.expect_response(f"{server}/account/push/"):
        asking_page.goto(f"{server}/t/escola/")
    asking_page.goto(f"{server}/account/")
    expect(asking_page.locator("#push").get_by_role("button", name="Turn off")).to_be_visible()
    assert PushSubscription.objects.count() == 1


@pytest.fixture
def undecided(open_page, server, ana, device):
    """A browser that has not been asked, and then allows them."""
    page = open_page(1280, user=ana, service_workers="allow")
    page.add_init_script(
        SUBSCRIBE.replace("FIELDS", json.dumps(device.fields))
        + """
        let permission = "default";
        Object.defineProperty(Notification, "permission", { get: () => permission });
        Notification.requestPermission = async () => {
            window.asked = (window.asked ?? 0) + 1;
            return (permission = "granted");
        };
        """
    )
    return page


def test_taking_a_ticket_offers_notifications_once(undecided, server, school, ana):
    page = undecided
    fill_inbox(school, 3)
    page.goto(f"{server}/t/escola/")
    wait_for_worker(page)
    offer = page.locator("#bulk").get_by_text("even when no page is open")
    page.wait_for_timeout(1_000)
    expect(offer).to_have_count(0)
    page.locator("[data-row] .row-link").first.focus()
    page.keyboard.press("t")
    expect(page.locator("#bulk")).to_contain_text("assigned to")
    expect(offer).to_have_count(0)  # the toast with its undo has the place
    page.locator("#bulk").get_by_role("button", name="Close").click()
    expect(offer).to_be_visible()
    assert page.evaluate("window.asked") is None
    page.locator("#bulk").get_by_role("button", name="No, thanks").click()
    expect(offer).to_have_count(0)
    page.reload()
    page.locator("[data-row] .row-link").nth(1).focus()
    page.keyboard.press("t")
    page.locator("#bulk").get_by_role("button", name="Close").click()
    page.wait_for_timeout(1_200)
    expect(offer).to_have_count(0)
    assert page.evaluate("window.asked") is None


def test_being_assigned_a_ticket_offers_notifications(undecided, server, school, ana, beatriz):
    page = undecided
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/")
    wait_for_worker(page)
    actions.assign_ticket(ticket, Actor.person(beatriz), ana)
    offer = page.locator("#bulk").get_by_text("even when no page is open")
    expect(offer).to_be_visible(timeout=15_000)
    page.locator("#bulk").get_by_role("button", name="Turn on").click()
    expect(page.locator("#bulk")).to_contain_text("Notifications are on")
    assert PushSubscription.objects.get().user == ana


def test_chromium_decrypts_and_shows_a_notification_sent_by_our_worker(
    playwright, server, worker, school, ana, service, tmp_path
):
    """Of the address that Chromium gives only the host is another: there, ours takes what the worker sends."""
    with push_service(tmp_path) as google:
        # Chromium asks for an address only where its profile is kept: a private window has no notifications.
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-gpu", *google.switches],
            locale="pt-BR",
        )
        client = Client()
        client.force_login(ana, "django.contrib.auth.backends.ModelBackend")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])
        context.grant_permissions(["notifications"], origin=server)
        page = context.new_page()
        page.goto(f"{server}/account/")
        wait_for_worker(page)
        page.locator("#push").get_by_role("button", name="Turn on", exact=True).click()
        expect(page.locator("#push").get_by_role("button", name="Turn off", exact=True)).to_be_visible()
        kept = PushSubscription.objects.get()
        assert kept.user == ana
        assert kept.endpoint.startswith("https://")
        assert kept.endpoint.endswith("/one")

        PushSubscription.objects.update(endpoint=f"{service.url}/one")
        fill_inbox(school, 1)
        wait_for(page, service.got)
        (headers, body) = service.got[0]
        assert headers["content-encoding"] == "aes128gcm"
        google.push(body)
        until(page, f"{SHOWN}.then((all) => all.length === 1)")
        (shown,) = page.evaluate(SHOWN)
        assert (shown["title"], shown["body"]) == ("Aluno 001 asked for help", "Confeitaria do zero")
        context.close()
