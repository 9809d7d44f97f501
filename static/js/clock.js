// <p data-left="190">: seconds that were left when the page came, counted down by this machine's own steps, not its date.
const came = new WeakMap();

function tick() {
  for (const clock of document.querySelectorAll("[data-left]")) {
    if (!came.has(clock)) came.set(clock, performance.now());
    const left = Math.max(0, Math.ceil(clock.dataset.left - (performance.now() - came.get(clock)) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}

tick();
setInterval(tick, 500);
