// <form data-pick>: boxes of class "tick", also outside it; one takes all; the count is said.
function show(form) {
  const boxes = [...form].filter((box) => box.matches(".tick:not([data-pick-all])"));
  const chosen = boxes.filter((box) => box.checked).length;
  for (const place of form.querySelectorAll("[data-pick-count]")) {
    place.textContent = chosen ? place.dataset.some.replace("%s", chosen) : place.dataset.none;
  }
  for (const button of form.querySelectorAll("[data-pick-label]")) {
    button.textContent = button.dataset.pickLabel.replace(/(\s?)%s/, chosen ? "$1" + chosen : "");
  }
  const all = form.querySelector("[data-pick-all]");
  if (!all) return;
  all.indeterminate = chosen && chosen < boxes.length;
  all.checked = chosen && !all.indeterminate;
}

addEventListener("change", ({ target }) => {
  if (!target.form?.matches("[data-pick]")) return;
  if (target.matches("[data-pick-all]")) {
    for (const box of target.form) if (box.matches(".tick")) box.checked = target.checked;
  }
  show(target.form);
});
addEventListener("htmx:load", () => document.querySelectorAll("[data-pick]").forEach(show));
