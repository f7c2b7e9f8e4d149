// What a page of the questionnaire gains with JavaScript; it is complete without.
const form = document.querySelector("#page-form");

/** The codes chosen, or undefined if the variable is not on this page. */
function answer(variable) {
  const inputs = [...form.querySelectorAll(`[name="${variable}"]`)];
  if (!inputs.length) return undefined;
  return inputs.filter((input) => input.checked).map((input) => Number(input.value));
}

/** Whether every condition that this page can judge is met; a hidden item's answer does not count. */
function isAsked(conditions) {
  return Object.entries(conditions).every(([variable, codes]) => {
    const chosen = answer(variable);
    if (chosen === undefined) return true;
    const source = document.getElementById(`item_${variable}`);
    return !source?.hidden && chosen.some((code) => codes.includes(code));
  });
}

function showWhatIsAsked() {
  for (const item of form.querySelectorAll("[data-asked-if]")) {
    item.hidden = !isAsked(JSON.parse(item.dataset.askedIf));
  }
  for (const question of form.querySelectorAll(".question")) {
    question.hidden = !question.querySelector(".item:not([hidden], .item--comment)");
  }
}

/** Its condition in words is for those who cannot see it appear. */
function withoutCondition(item) {
  const onThisPage = Object.keys(JSON.parse(item.dataset.askedIf)).every((variable) => answer(variable));
  if (onThisPage) item.querySelector(".item__condition")?.remove();
}

/** A radio button cannot be unchecked by hand: this takes the answer back. */
function offerToClear(options) {
  const radios = [...options.querySelectorAll("input[type=radio]")];
  if (!radios.length) return;
  const button = document.createElement("button");
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = form.dataset.clearLabel;
  button.append(label);
  button.type = "button";
  button.className = "kern-btn kern-btn--tertiary kern-btn--x-small clear";
  const update = () => button.classList.toggle("clear--idle", !radios.some((radio) => radio.checked));
  button.addEventListener("click", () => {
    for (const radio of radios) radio.checked = false;
    radios[0].focus();
    radios[0].dispatchEvent(new Event("change", { bubbles: true }));
  });
  options.addEventListener("change", update);
  form.addEventListener("refreshed", update);
  (options.closest(".scale") ?? options).after(button);
  update();
}

/** While an answer has the focus: a digit chooses the point of a scale that it names, 0 also the tenth; else 1 is the first. */
function chooseByDigit(event) {
  if (!/^\d$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!event.target.matches("[type=radio], [type=checkbox], button")) return;
  const item = event.target.closest("fieldset.item");
  const inputs = [...(item?.querySelectorAll("input") ?? [])];
  const point = (code) => inputs.find((input) => input.value === code);
  const named = point(event.key) ?? (event.key === "0" ? point("10") : undefined);
  const chosen = item?.querySelector(".options--scale") ? named : inputs[event.key - 1];
  if (!chosen) return;
  event.preventDefault();
  chosen.focus();
  chosen.click();
}

/** Say how much room is left once the text comes near its limit, and how much is too much beyond it. */
function countDown(area) {
  const most = Number(area.dataset.maxLength);
  const note = document.createElement("p");
  note.className = "kern-body kern-body--small kern-body--muted";
  note.setAttribute("role", "status");
  area.parentElement.after(note);
  area.addEventListener("input", () => {
    const left = most - [...area.value].length;
    const words = left < 0 ? form.dataset.overLabel : form.dataset.leftLabel;
    note.textContent = left < most / 5 ? words.replace("{}", Math.abs(left)) : "";
  });
}

/** When the first answer comes, in seconds, and what kind of window it is; see docs/paradata.md. */
function noteVisit({ device, first_answer }) {
  const small = Math.min(innerWidth, innerHeight) < 600;
  device.value = matchMedia("(pointer: fine)").matches ? "desktop" : small ? "phone" : "tablet";
  form.addEventListener("input", ({ target }) => {
    if (!target.name.startsWith("comment__")) first_answer.value ||= Math.round(performance.now() / 1000);
  });
}

form.querySelectorAll("[data-asked-if]").forEach(withoutCondition);
form.querySelectorAll(".options").forEach(offerToClear);
form.querySelectorAll("textarea[data-max-length]").forEach(countDown);
noteVisit(form.elements);
form.addEventListener("change", showWhatIsAsked);
form.addEventListener("keydown", chooseByDigit);
form.addEventListener("refreshed", showWhatIsAsked); // by saving.js, with an answer from elsewhere
showWhatIsAsked();
document.querySelector("#error-summary")?.focus();
