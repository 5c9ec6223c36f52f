// Who else is at the ticket stands in its one line as well; what was changed meanwhile is told above the dock. Both are put there
// when they have come, so that an answer that is late says nothing of another ticket.
document.addEventListener("htmx:afterSwap", (event) => {
  const presence = event.target;
  if (presence.id !== "presence") return;
  const viewers = [...presence.querySelectorAll(".viewer")];
  document.getElementById("slim-presence").replaceChildren(...viewers.map((viewer) => viewer.cloneNode(true)));
  const place = document.getElementById("meanwhile");
  const notice = presence.querySelector(".notice");
  notice?.remove();
  if (place.innerHTML !== (notice?.outerHTML ?? "")) place.replaceChildren(...(notice ? [notice] : []));
});
