// <section id data-poll="url" data-tag="etag">: asked for every two seconds while the page is visible.
// A 304 leaves it alone; the new part replaces it whole, and focus comes back to the element with the same id.
const EVERY = 2000;
let busy = false;

async function ask() {
  const part = document.querySelector("[data-poll]");
  if (!part || busy || document.visibilityState !== "visible") return;
  busy = true;
  try {
    const answer = await fetch(part.dataset.poll, {
      headers: { "HX-Request": "true", "If-None-Match": part.dataset.tag }, cache: "no-store", redirect: "manual",
    });
    if (answer.status === 200) replace(part, await answer.text());
  } catch { /* no line: the next round tries again */ } finally { busy = false; }
}

function replace(part, text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(part.id);
  if (!fresh || !part.isConnected) return;
  const held = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceWith(fresh);
  if (window.htmx) window.htmx.process(fresh);
  if (held) document.getElementById(held)?.focus();
}

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
