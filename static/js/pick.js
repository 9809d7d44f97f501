// <form data-pick>: rows with a box of class "tick"; a box with data-pick-all takes all; the count stands in [data-pick-count]
// and in each [data-pick-label="Approve %s"].
function show(form) {
  const boxes = [...form.querySelectorAll("input.tick:not([data-pick-all])")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr, li")?.classList.toggle("is-on", box.checked);
  for (const place of form.querySelectorAll("[data-pick-count]")) {
    place.textContent = chosen.length ? place.dataset.some.replace("%s", chosen.length) : place.dataset.none;
  }
  for (const button of form.querySelectorAll("[data-pick-label]")) {
    button.textContent = button.dataset.pickLabel.replace(" %s", chosen.length ? ` ${chosen.length}` : "");
  }
  const all = form.querySelector("[data-pick-all]");
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.form?.closest("[data-pick]");
  if (!form) return;
  if (event.target.matches("[data-pick-all]")) {
    for (const box of form.querySelectorAll("input.tick")) box.checked = event.target.checked;
  }
  show(form);
});

for (const form of document.querySelectorAll("[data-pick]")) show(form);
document.addEventListener("htmx:load", (event) => {
  for (const form of document.querySelectorAll("[data-pick]")) if (form.contains(event.target) || event.target.contains(form)) show(form);
});
