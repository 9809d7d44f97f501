// <form data-keep="key">: what is typed is mirrored on this device until the page that follows says data-kept-done="key".
// <form data-forget="PERSON"> takes all of it away; asks first where the person's outbox holds something.
const typed = (form) => [...new FormData(form)].filter(([name]) => !["hidden", "password", "file"].includes(form.elements[name].type));

function bind(form, key) {
  if (form.dataset.keepBound) return;
  form.dataset.keepBound = "1";
  const place = form.querySelector("[data-kept]");
  const tell = (at) => {
    const clock = new Date(at).toTimeString().slice(0, 5); // as on each page
    if (place) place.textContent = at && place.dataset.kept.replace("%s", clock);
  };
  if (localStorage[key] && !form.querySelector("[aria-invalid=true]")) {
    const kept = JSON.parse(localStorage[key]);
    for (const field of form.elements) {
      const values = kept.fields.filter(([name]) => name === field.name).map((pair) => pair[1]);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    tell(kept.at);
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const at = Date.now();
      localStorage[key] = JSON.stringify({ at, fields: typed(form) });
      tell(at);
    }, 400);
  });
  form.addEventListener("reset", () => {
    clearTimeout(timer);
    delete localStorage[key];
    tell("");
  });
}

function start(root) {
  for (const done of root.querySelectorAll("[data-kept-done]")) delete localStorage[`draft:${done.dataset.keptDone}`];
  for (const form of root.querySelectorAll("form[data-keep]")) bind(form, `draft:${form.dataset.keep}`);
}

addEventListener("submit", (event) => {
  const { forget, ask } = event.target.dataset, own = RegExp(`^draft:(?!out-(?!${forget}-))`);
  const kept = forget ? Object.keys(localStorage).filter((key) => own.test(key)) : [];
  if (kept.some((key) => key.startsWith("draft:out-")) && !confirm(ask)) event.preventDefault();
  else for (const key of kept) delete localStorage[key];
}, true);

for (const key of Object.keys(localStorage)) { // after fourteen days it goes
  if (key.startsWith("draft:") && Date.now() - JSON.parse(localStorage[key]).at > 12096e5) delete localStorage[key];
}
start(document);
addEventListener("htmx:load", (event) => start(event.target));
