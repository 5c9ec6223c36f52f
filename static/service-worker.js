// The service worker: caches the files of the shell and the offline page, and shows notifications. It caches no other
// pages. The script that imports it names the files (helpdesk/ui/installable.py), and its address changes with their
// versions; then this worker replaces the previous one at once.
const { version, offline, files, icon, badge } = self.SHELL;
const CACHE = `shell-${version}`;

const keepShell = async () => {
  const cache = await caches.open(CACHE);
  // Without credentials, because the cache is shared by everybody who uses this device.
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

// Browsers require that every push shows a notification, even an unreadable one.
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

// Focuses a window that already shows the page, else opens a new one: somebody may be writing in the others.
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
