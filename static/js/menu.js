// <details data-menu>: Escape and a click elsewhere close it, arrows walk its buttons.
addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) menu.open = menu.contains(target);
});

addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (menu?.open && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (!menu || !step) return;
  menu.open = true;
  const items = [...menu.querySelectorAll("a, button:not(:disabled)")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
  event.preventDefault();
});
