// Says aloud what changed: elements with data-say that arrive, and the event `say` (HX-Trigger: {"say": "words"}).
// A failed request of htmx leaves a notice: its answer is not shown.
const live = document.getElementById("live");

function say(words) {
  if (!live || !words) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = words; });
}

document.addEventListener("say", (event) => say(event.detail?.value ?? event.detail));
addEventListener("htmx:load", (event) => {
  const place = event.target;
  const told = place.matches?.("[data-say]") ? place : place.querySelector?.("[data-say]");
  if (told) say(told.dataset.say || told.textContent.trim());
});

function failed() {
  const place = document.getElementById("messages");
  if (!place || !live) return;
  const note = document.createElement("div");
  note.className = "note note-bad";
  note.textContent = live.dataset.failed;
  place.replaceChildren(note);
  note.scrollIntoView({ block: "nearest" });
}

addEventListener("htmx:responseError", failed);
addEventListener("htmx:sendError", failed);
