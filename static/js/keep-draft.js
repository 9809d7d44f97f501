// <form data-keep="key">: what is typed is mirrored on this device until the server says it has it.
// The server says so by an element with data-kept-done="key" on the page that follows.
const PREFIX = "draft:";
const AGE = 14 * 24 * 3600 * 1000;

function fields(form) {
  return [...form.elements].filter((field) =>
    field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
}

function read(form) {
  return fields(form).map((field) =>
    [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value, field.value]);
}

function fill(form, kept) {
  for (const [name, state, value] of kept) {
    for (const field of fields(form)) {
      if (field.name !== name) continue;
      if (field.type === "checkbox" || field.type === "radio") { if (field.value === value) field.checked = state; }
      else field.value = state;
    }
  }
}

function tell(form, at) {
  const place = form.querySelector("[data-kept]");
  const clock = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  if (place) place.textContent = place.dataset.kept.replace("%s", clock);
}

function bind(form) {
  if (form.dataset.keepBound) return;
  form.dataset.keepBound = "1";
  const key = PREFIX + form.dataset.keep;
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* not ours, or storage is closed */ }
  if (kept && Date.now() - kept.at < AGE && !form.querySelector("[aria-invalid=true]")) {
    fill(form, kept.fields);
    tell(form, kept.at);
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const at = Date.now();
      try { localStorage.setItem(key, JSON.stringify({ at, fields: read(form) })); } catch { return; }
      tell(form, at);
    }, 400);
  });
}

function start(root) {
  for (const done of root.querySelectorAll("[data-kept-done]")) localStorage.removeItem(PREFIX + done.dataset.keptDone);
  for (const form of root.querySelectorAll("form[data-keep]")) bind(form);
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.target));
