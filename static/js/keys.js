// [data-key="ArrowRight"]: that key presses it. Inside [data-keys] only while the keyboard stands in there, so that
// plain digits act on nothing else. Fields keep their keys.
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [data-menu][open]")) return;
  const own = event.target.closest?.("[data-keys]")?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const wide = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((each) => !each.closest("[data-keys]"));
  const pressed = own ?? wide;
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});
