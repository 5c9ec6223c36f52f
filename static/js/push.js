// Push notifications in this browser. [data-push-on] turns them on, form[data-push-off] off; the panel #push shows
// their state. The server is told if the browser has changed its push address, or if the person has a new session.
const person = document.body.dataset.person ?? "";
const ADDRESS = "/account/push/";
const CHOSEN = `push:${person}`; // stores the push address used when they were turned on in this browser
const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
const isPossible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const subscribe = async () => {
  const answer = await fetch(ADDRESS);
  if (!answer.ok) throw new Error(`no key: ${answer.status}`);
  const { key } = await answer.json();
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before && textOf(before.options.applicationServerKey) === key) return before;
  await before?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
};
const post = (fields) => fetch(ADDRESS, {
  method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token() },
});
const turnOn = async () => {
  const { endpoint, ...subscription } = (await subscribe()).toJSON();
  const answer = await post({ endpoint, public_key: subscription.keys.p256dh, secret: subscription.keys.auth });
  if (!answer.ok) throw new Error(`refused: ${answer.status}`);
  localStorage.setItem(CHOSEN, endpoint);
};
// If they were turned off elsewhere, or by logging out, they stay off.
const renew = async () => {
  const { pushManager } = await navigator.serviceWorker.ready;
  const endpoint = (await pushManager.getSubscription())?.endpoint;
  if (endpoint !== localStorage.getItem(CHOSEN)) await turnOn();
  else if ((await post({ endpoint, renew: "1" })).status === 410) localStorage.removeItem(CHOSEN);
  sessionStorage.setItem(CHOSEN, "renewed");
};

const panel = document.getElementById("push");
const showState = () => {
  if (!panel) return;
  const allowed = isPossible ? Notification.permission : "none";
  const state = { none: "none", denied: "denied" }[allowed] ?? ("pushHere" in panel.dataset && allowed === "granted" ? "on" : "off");
  for (const part of panel.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== state;
};
showState();

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-push-on]");
  if (!button) return;
  button.disabled = true;
  let isOn = false;
  try {
    if ((await Notification.requestPermission()) === "granted") {
      await turnOn();
      isOn = true;
    }
  } catch {
    // The page reports it below.
  }
  button.disabled = false;
  document.dispatchEvent(new CustomEvent("push-answered", { detail: { button, isOn } }));
});
document.addEventListener("push-answered", ({ detail: { isOn } }) => {
  if (!panel) return;
  if (isOn) location.reload();
  showState();
  panel.querySelector("[data-push-problem]").hidden = Notification.permission !== "granted";
});
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-push-off]")) return;
  localStorage.removeItem(CHOSEN);
  const worker = await navigator.serviceWorker?.getRegistration();
  (await worker?.pushManager?.getSubscription())?.unsubscribe();
});

const isToBeRenewed = person && isPossible && Notification.permission === "granted" && localStorage.getItem(CHOSEN);
if (isToBeRenewed && !sessionStorage.getItem(CHOSEN)) renew().catch(() => {}); // the next page tries again
