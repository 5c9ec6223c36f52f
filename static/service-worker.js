// The worker behind every page: what the shell is drawn with, the page for when there is no connection, and notifications.
// It keeps nothing of what pages say. The address that imports it names the files (helpdesk/ui/installable.py), and is
// another one with every other version of them: then this worker takes the place of the one before at once.
const { version, offline, files, icon, badge } = self.SHELL;
const CACHE = `shell-${version}`;

const keepShell = async () => {
  const cache = await caches.open(CACHE);
  // Nobody's session belongs to what is kept for whoever is at this device.
  await cache.addAll([...files, offline].map((address) => new Request(address, { credentials: "omit" })));
  await self.skipWaiting();
};
const takeOver = async () => {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};
self.addEventListener("install", (event) => event.waitUntil(keepShell()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

const page = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(offline)) ?? Response.error();
  }
};
const file = async (request) => (await caches.match(request.url)) ?? fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (origin === location.origin && files.includes(pathname)) event.respondWith(file(request));
});

// What browsers let through as a push has to be shown, so what cannot be read is as well.
const read = (data) => {
  try {
    return data.json();
  } catch {
    return {};
  }
};
const show = ({ title = "Helpdesk", body = "", tag = "helpdesk", address = "/", language = "" }) =>
  self.registration.showNotification(title, { body, tag, lang: language, renotify: true, icon, badge, data: { address } });
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));

// A window that shows the page already comes to the front; none is led away from what somebody may be writing in it.
const open = async (address) => {
  const wanted = new URL(address, location.origin);
  if (wanted.origin !== location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((client) => new URL(client.url).pathname === wanted.pathname);
  await (shown ? shown.focus() : self.clients.openWindow(wanted.href));
};
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.address ?? "/"));
});
