// <button data-copy="#id" data-copied="Copied">: the text or value of an element to the clipboard.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  document.dispatchEvent(new CustomEvent("say", { detail: button.dataset.copied }));
  if (button.dataset.copied) button.textContent = button.dataset.copied;
});
