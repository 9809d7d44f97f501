// <p data-left="190">: seconds that were left when the page came, counted down by this machine's own steps, not its date.
function tick() {
  for (const clock of document.querySelectorAll("[data-left]")) {
    clock.endsAt ??= performance.now() + clock.dataset.left * 1000;
    const left = Math.max(0, Math.ceil((clock.endsAt - performance.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}

tick();
setInterval(tick, 500);
