// Saves each change on the server while a page is filled in; without this, a page is saved when it is left.
// Nothing is kept in the browser but the page itself. Saves go one after the other and carry a growing turn,
// by which the server tells a belated one. See docs/decisions/0010-a-page-carries-what-it-showed.md.
const form = document.querySelector("#page-form");
const status = document.querySelector("#saved");
const conflicts = document.querySelector("#conflicts");
const hidden = (name) => form.querySelector(`input[type=hidden][name=${name}]`);

const WHILE_TYPING = 1200; // milliseconds from the first change that is not stored yet
const AFTER_A_CHOICE = 150;
const SLOW = 3_000; // from then on the page says that it is still at it
const PATIENCE = 20_000;
const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between attempts while the server does not take it
const KEEPALIVE_LIMIT = 60_000; // what a browser still sends for a page that is gone

let edits = 0; // changes made on this page,
let stored = 0; // how many of them the server has,
let flushed = 0; // and how many went out when the page was put aside
let failures = 0;
let under_way = false;
let leaving = null; // the button that was pressed, and where it sends the page
let told; // the conflicts on the page
let timer;
let due = Infinity;

function say(words, is_calm = false) {
  status.classList.toggle("saved--not", !is_calm);
  if (status.textContent !== words) status.textContent = words;
}

/** To the eye alone: a word for each change would be too much to listen to. */
function showWhetherAllIsStored() {
  status.classList.toggle("saved--pending", edits !== stored);
}

function plan(milliseconds) {
  const then = Date.now() + milliseconds;
  if (then >= due) return;
  clearTimeout(timer);
  due = then;
  timer = setTimeout(save, milliseconds);
}

/** What the page says now; a half-typed date leaves the stored answer alone. */
function content() {
  const body = new URLSearchParams(new FormData(form));
  const shown = JSON.parse(hidden("shown").value);
  for (const input of incomplete()) body.set(input.name, shown[input.name] ?? "");
  return body;
}

function incomplete() {
  return [...form.querySelectorAll("input")].filter((input) => input.validity.badInput);
}

function send(body, url = location.href) {
  hidden("turn").value = Number(hidden("turn").value) + 1;
  body.set("turn", hidden("turn").value);
  return fetch(url, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    keepalive: body.toString().length < KEEPALIVE_LIMIT,
    signal: AbortSignal.timeout(PATIENCE),
  });
}

async function save() {
  clearTimeout(timer);
  due = Infinity;
  if (under_way || (edits === stored && !leaving)) return;
  under_way = true;
  const [edit, go, body] = [edits, leaving, content()];
  if (go) body.set("go", go.value);
  const slow = setTimeout(() => failures || say(status.dataset.saving, true), SLOW);
  try {
    const answer = await send(body, go?.url);
    if (answer.status >= 500) throw new Error(answer.status);
    const reply = await answer.json();
    if (answer.ok) accepted(reply, body, edit, go);
    else refused(reply);
  } catch {
    failed(status.dataset.unreachable); // no answer, or none that we know: the page stays as it is
  } finally {
    clearTimeout(slow);
    under_way = false;
  }
  if (!failures && (leaving !== go || edits !== stored)) plan(leaving ? 0 : WHILE_TYPING);
}

function accepted(reply, body, edit, go) {
  [stored, failures] = [edit, 0];
  showWhetherAllIsStored();
  removeEventListener("beforeunload", warn);
  if (reply.next) return location.assign(reply.next);
  take(reply, body);
  if (go && leaving === go) return submitPlainly(go); // the page says on top what needs a look
  unmark(reply.wrong);
  const wrong = [...Object.values(reply.wrong), ...(incomplete().length ? [status.dataset.date] : [])];
  if (wrong.length || reply.conflicts) addEventListener("beforeunload", warn); // not all of it is stored
  if (wrong.length) say(`${status.dataset.wrong} ${wrong.join(" ")}`);
  else if (reply.conflicts) say(status.dataset.choose);
  else say(reply.say, true);
}

/** An answer that needed a look and is right now is not marked any more. */
function unmark(wrong) {
  const summary = document.querySelector("#error-summary");
  for (const error of form.querySelectorAll(".kern-error")) {
    const id = error.id.replace(/_error$/, "");
    if (id.replace(/^id_/, "") in wrong) continue;
    for (const marked of error.closest(".item").parentElement.querySelectorAll(`#item_${id.slice(3)}, #${id}`)) {
      marked.classList.remove("kern-form-input--error", "kern-fieldset--error", "kern-form-input__input--error");
      marked.removeAttribute("aria-invalid");
    }
    error.remove();
    summary?.querySelector(`[href="#${id}"], [href="#${id}_0"]`)?.closest("li").remove();
  }
  if (!summary || summary.querySelector("li")) return;
  summary.remove();
  document.title = document.title.replace(status.dataset.fault, "").trimStart();
}

/** What is stored now becomes what the page shows, save where somebody is typing. */
function take(reply, body) {
  const before = JSON.parse(hidden("shown").value);
  const now = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(reply.replaced)) {
    const touched = String(now.getAll(name)) !== String(body.getAll(name));
    if (touched || document.activeElement.name === name) reply.shown[name] = before[name];
    else fill(name, value);
  }
  hidden("shown").value = JSON.stringify(reply.shown);
  tell(reply);
}

/** Show the conflicts that are left; a choice made meanwhile stays, unless what is stored has changed once more. */
function tell({ conflicts: html, theirs }) {
  const before = JSON.parse(hidden("theirs").value);
  hidden("theirs").value = JSON.stringify(theirs);
  if (told === html) return;
  const same = (name) => JSON.stringify(before[name]) === JSON.stringify(theirs[name]);
  const chosen = [...conflicts.querySelectorAll(":checked")].filter((radio) => same(radio.name.slice(5)));
  const focused = conflicts.contains(document.activeElement) && document.activeElement.id;
  conflicts.innerHTML = told = html;
  for (const { id } of chosen) {
    const radio = document.getElementById(id);
    if (radio) radio.checked = true;
  }
  if (focused === false) return;
  const place = document.getElementById(focused) ?? conflicts.querySelector("input");
  (place ?? document.querySelector("#main")).focus();
}

function fill(name, value) {
  const codes = [value ?? []].flat().map(String);
  for (const control of form.querySelectorAll(`[name="${name}"]`)) {
    if (["radio", "checkbox"].includes(control.type)) control.checked = codes.includes(control.value);
    else control.value = value ?? "";
  }
  form.dispatchEvent(new Event("refreshed"));
}

/** The server says why it did not take the page. A new token helps at once; for the rest, it asks the person. */
function refused(reply) {
  if (reply.token) form.querySelector("[name=csrfmiddlewaretoken]").value = reply.token;
  if (reply.problem === "token" && !failures) {
    failures = 1;
    return plan(0);
  }
  failed(reply.say);
  if (reply.problem === "over") clearTimeout(timer);
}

function failed(words) {
  say(words);
  plan(1000 * PAUSES[Math.min(failures, PAUSES.length - 1)]);
  failures += 1;
  addEventListener("beforeunload", warn);
}

function warn(event) {
  event.preventDefault();
}

function tryNow() {
  if (failures) plan(0);
}

/** Put aside or closed: what is not stored goes out now, if need be beside a save that is under way. */
function flush() {
  if (edits === stored || edits === flushed) return;
  flushed = edits;
  if (under_way) send(content()).catch(tryNow);
  else save();
}

function submitPlainly(go) {
  const button = document.createElement("input");
  Object.assign(button, { type: "hidden", name: "go", value: go.value });
  form.append(button);
  form.action = go.url;
  form.submit();
}

function edited(milliseconds) {
  return (event) => {
    if (!event.target.name) return;
    edits += 1;
    leaving = null;
    showWhetherAllIsStored();
    if (!failures) plan(milliseconds);
  };
}

form.addEventListener("input", edited(WHILE_TYPING));
form.addEventListener("change", edited(AFTER_A_CHOICE));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [half_typed] = incomplete().filter((input) => !input.closest("[hidden]"));
  if (half_typed) {
    say(status.dataset.date);
    return half_typed.focus();
  }
  const button = event.submitter;
  leaving ??= { value: button?.value ?? "next", url: button?.formAction ?? location.href };
  plan(0);
});
addEventListener("online", tryNow);
addEventListener("focus", tryNow);
addEventListener("pagehide", () => {
  if (edits !== stored) sessionStorage.setItem("late", location.pathname);
  flush();
});
document.addEventListener("visibilitychange", () => (document.hidden ? flush() : tryNow()));
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = null;
  if (edits === stored) location.reload(); // others may have gone on meanwhile
  else save();
});
// A page that is loaded again at once may have overtaken what its forerunner sent last.
if (sessionStorage.getItem("late") === location.pathname) setTimeout(() => edits || location.reload(), 700);
sessionStorage.removeItem("late");
document.querySelector("#problem, #error-summary, #conflicts .conflicts")?.focus();
