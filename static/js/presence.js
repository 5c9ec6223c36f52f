// Viewers of the ticket are repeated in its slim head; the notice about changes moves to above the dock. Both happen
// when the response arrives, so that a late one cannot show up on another ticket.
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
