// <div data-poll="url" data-tag="etag" data-every="5">: asked for every so many seconds (2), while hidden once a minute. Each part
// of an answer with an id replaces its own where they differ; focus stays at the same id; a new data-say is said.
const HIDDEN = 60000;
let busy, asked = -HIDDEN, swapped = 0;

async function ask() {
  const part = document.querySelector("[data-poll]");
  const wait = document.hidden ? HIDDEN : (part?.dataset.every ?? 2) * 1000;
  if (!part || busy || performance.now() - asked < wait - 50) return;
  busy = true;
  asked = performance.now();
  try {
    const answer = await fetch(part.dataset.poll, {
      headers: { "HX-Request": "true", "If-None-Match": part.dataset.tag }, cache: "no-store", redirect: "manual",
    });
    if (answer.status === 200) show(await answer.text());
  } catch { /* no line: tried again */ } finally { busy = false; }
}

function show(text) {
  if (swapped > asked) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const fresh of [...new DOMParser().parseFromString(text, "text/html").body.children]) {
    const part = document.getElementById(fresh.id);
    if (token) for (const field of fresh.querySelectorAll("[name=csrfmiddlewaretoken]")) field.defaultValue = token;
    if (part && !part.isEqualNode(fresh)) replace(part, fresh);
  }
}

function replace(part, fresh) {
  const held = part.contains(document.activeElement) && document.activeElement.id;
  part.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (held) document.getElementById(held)?.focus();
  if (fresh.querySelector("[data-keep]")) setTimeout(() => htmx.trigger(fresh, "htmx:load"), 500); // its draft is kept by then
  const { say } = fresh.dataset;
  if (say && say !== part.dataset.say) document.dispatchEvent(new CustomEvent("say", { detail: say }));
}

addEventListener("htmx:afterSwap", () => { swapped = performance.now(); });
setInterval(ask, 500);
addEventListener("visibilitychange", ask);
