// The dock at the foot of a ticket: [data-open-editor] opens one of its two editors, [data-close-editor] closes them
// and keeps what was written. --dock holds its height, so that other elements can stay above it.
const findDock = () => document.querySelector("[data-dock]");
const textOf = (kind) => document.getElementById(`write-${kind}`);

const show = (dock, kind) => {
  dock.dataset.editor = kind;
  for (const tab of dock.querySelectorAll("[role=tab]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.openEditor === kind));
  }
};
const focusOn = (text) => {
  text.focus({ preventScroll: true });
  text.setSelectionRange(text.value.length, text.value.length);
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-editor]");
  const dock = event.target.closest("[data-dock]");
  if (opener) {
    show(dock, opener.dataset.openEditor);
    focusOn(textOf(opener.dataset.openEditor));
  } else if (event.target.closest("[data-close-editor]")) {
    const kind = dock.dataset.editor;
    show(dock, "");
    for (const mark of dock.querySelectorAll("[data-draft-mark]")) {
      const editor = textOf(mark.dataset.draftMark).form;
      mark.hidden = !textOf(mark.dataset.draftMark).value.trim() && !editor.querySelector("[data-file]");
    }
    dock.querySelector(`.dock-closed [data-open-editor="${kind}"]`)?.focus({ preventScroll: true });
  }
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-dock] [role=tab]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const others = [...event.target.parentElement.children].filter((tab) => tab !== event.target);
  others[0]?.focus();
  if (others[0]) show(event.target.closest("[data-dock]"), others[0].dataset.openEditor);
  event.preventDefault();
});

// The preview replaces the text while it is shown.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-preview]");
  if (!button) return;
  const editor = button.closest("[data-editor-of]");
  const isShown = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(isShown));
  editor.querySelector(".editor-shown").hidden = !isShown;
  editor.querySelector("textarea").hidden = isShown;
  if (isShown) htmx.trigger(button, "show-preview");
  else focusOn(editor.querySelector("textarea"));
});

const sizes = new ResizeObserver(([entry]) => {
  document.documentElement.style.setProperty("--dock", `${Math.round(entry.borderBoxSize[0].blockSize)}px`);
});
let watched = null;
const watch = () => {
  const dock = findDock();
  if (dock === watched) return;
  sizes.disconnect();
  document.documentElement.style.removeProperty("--dock");
  watched = dock;
  if (dock) sizes.observe(dock);
};

// If a ticket arrives with an editor open, somebody is writing in it, so it gets the focus. An open editor stays open
// when something else on its ticket changes.
let open = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const kind = findDock()?.dataset.editor;
  const isSent = event.detail.requestConfig?.elt?.closest?.("[data-dock]");
  open = kind && !isSent ? { kind, path: location.pathname } : null;
});
const begin = () => {
  watch();
  const dock = findDock();
  if (dock?.dataset.editor) focusOn(textOf(dock.dataset.editor));
  else if (dock && open?.path === location.pathname && textOf(open.kind)) show(dock, open.kind);
};
begin();
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "ticket" || event.target.id === "ticket-pane") begin(); });
document.addEventListener("ticket-closed", watch);
