// <form data-send>: what is sent stays on this device until an answer says [data-kept-done]; [data-outbox="PERSON"] shows it.
const find = document.querySelector.bind(document);
const form = () => find("[data-send]");
const OWN = `draft:out-${find("[data-outbox]").dataset.outbox}-`;
const rows = () => Object.keys(localStorage).filter((id) => id.startsWith(OWN)).sort();
const read = (id) => JSON.parse(localStorage[id]);
const keep = (id, url, fields) => { localStorage[id] = JSON.stringify({ at: Date.now(), url, fields }); };
const refused = new Set();
let state = "sending", pause = 0, busy, timer;

function show(to = state) {
  const ids = rows(), box = find("[data-outbox]");
  for (const part of box.querySelectorAll("[data-on]")) part.hidden = part.dataset.on !== to;
  const detail = box.querySelector("p:not([hidden])").textContent;
  if (to !== state || to === "stored") document.dispatchEvent(new CustomEvent("say", { detail }));
  box.hidden = !ids.length;
  box.querySelector("textarea").value = ids.map((id) => new Map(read(id).fields).get("text")).join("\n\n");
  state = to;
}

async function post(id) {
  const { url, fields } = read(id);
  const headers = { "HX-Request": true, ...JSON.parse(document.body.getAttribute("hx-headers")) }, body = new URLSearchParams(fields);
  const signal = AbortSignal.timeout?.(15000);
  const answer = await fetch(url, { method: "POST", body, headers, signal, redirect: "manual", keepalive: true });
  const text = await answer.text(), { status } = answer;
  const here = form()?.action === url && form(), isEmpty = here && !here.text.value;
  const back = status === 422 && isEmpty && text.includes('data-send="');
  if (back) keep(`draft:${here.dataset.keep}`, url, fields);
  else if (!answer.ok || !text.includes('data-kept-done="')) {
    if ([400, 404, 413, 422].includes(status)) refused.add(id);
    return refused.has(id) ? "refused" : status && status !== 403 ? "waiting" : "ended";
  }
  delete localStorage[id];
  pause = 0;
  if (back) htmx.swap("#work", text, {});
  else if (isEmpty && here.querySelector(".error-sum")) location.reload();
  else if (here) htmx.swap("#points-part", text, { swapStyle: "outerHTML" }, { select: "#points-part" });
  return back ? "sending" : rows().length ? state : "stored";
}

async function send() {
  clearTimeout(timer);
  const id = rows().find((each) => !refused.has(each));
  if (busy || !id) return;
  busy = true;
  pause = Math.min(pause * 2 || 1000, 30000);
  show(await post(id).catch(() => "waiting"));
  busy = false;
  timer = setTimeout(send, pause * (.5 + Math.random()));
}

addEventListener("submit", (event) => {
  const sent = form(), text = sent?.text, at = Date.now();
  if (event.target !== sent || !text.value.trim()) return;
  const data = new FormData(sent);
  data.delete("csrfmiddlewaretoken");
  data.set("key", data.get("key").slice(0, 24) + `${at}`.slice(1));
  try { keep(OWN + at, sent.action, [...data]); } catch { return; }
  event.preventDefault();
  event.stopPropagation();
  for (const field of sent.elements) field.defaultChecked = field.type === "radio" && field.checked;
  text.defaultValue = "";
  sent.reset();
  text.focus();
  state = "sending";
  setTimeout(show, 700);
  send();
}, true);

addEventListener("online", send);
addEventListener("htmx:load", () => show());
show();
send();
