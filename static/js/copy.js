// A link that is shown to be passed on gets a button that copies it; without JavaScript it is selected by hand.
for (const place of document.querySelectorAll(".copy")) {
  const field = place.querySelector("input");
  const button = document.createElement("button");
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = place.dataset.copyLabel;
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.append(label);
  button.type = "button";
  button.className = "kern-btn kern-btn--tertiary";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    said.textContent = place.dataset.copiedLabel;
  });
  field.addEventListener("focus", () => field.select());
  if (navigator.clipboard) field.after(button, said);
}
