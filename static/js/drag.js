// People are dragged on the board; the server says in each group what that would do.
const bulk = document.getElementById("bulk");
addEventListener("dragstart", ({ target, dataTransfer }) => {
  const box = target.closest?.("[draggable]")?.querySelector(".tick");
  if (!box) return;
  if (!box.checked) bulk.reset();
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  dataTransfer.setData("text", "");
  htmx.trigger(bulk, "weigh");
});
for (const group of document.querySelectorAll(".group")) {
  group.ondragover = (e) => e.preventDefault();
  group.ondrop = (e) => {
    e.preventDefault();
    bulk.to.value = group.dataset.to;
    bulk.requestSubmit();
  };
}
