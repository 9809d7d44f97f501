// Says aloud what changed: elements with data-say that arrive, and the event `say` (HX-Trigger: {"say": "words"}).
const live = document.getElementById("live");

function say(words) {
  if (!live || !words) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = words; });
}

document.addEventListener("say", (event) => say(event.detail?.value ?? event.detail));
document.addEventListener("htmx:load", (event) => {
  const place = event.target;
  const told = place.matches?.("[data-say]") ? place : place.querySelector?.("[data-say]");
  if (told) say(told.dataset.say || told.textContent.trim());
});
