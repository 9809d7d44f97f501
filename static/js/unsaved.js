// <form data-unsaved>: leaving with changed fields asks first; sending does not.
const changed = new Set();

addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-unsaved]")) changed.add(form);
});
addEventListener("submit", (event) => changed.delete(event.target));
addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) changed.delete(event.target); });
addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
