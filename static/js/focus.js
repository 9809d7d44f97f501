// Where the keyboard stands: on an error summary when a page brings one, and after a swap on what replaced the focused part.
document.querySelector("[data-focus]")?.focus();

let last = "";
addEventListener("htmx:beforeSwap", () => { last = document.activeElement?.id ?? ""; });
addEventListener("htmx:afterSettle", (event) => {
  const wanted = event.target.querySelector?.("[data-focus]") ?? (last ? document.getElementById(last) : null);
  if (document.activeElement === document.body || wanted?.matches("[data-focus]")) wanted?.focus();
});
