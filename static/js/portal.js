// Small courtesies of every page. Each page works without them.

// A form marked data-once is sent once: a second press while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !("once" in form.dataset)) return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  // After this turn, because a disabled button would not be sent with its form.
  setTimeout(() => setButtons(form, true), 0);
});

// The browser brings pages back as they were left, with the button still out of use.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    setButtons(form, false);
  }
});

function setButtons(form, disabled) {
  for (const control of form.elements) {
    if (control.type === "submit") control.disabled = disabled;
  }
}

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggle]");
  if (toggle) {
    const open = toggle.getAttribute("aria-expanded") === "true";
    toggle.setAttribute("aria-expanded", String(!open));
  }
  if (event.target.closest("[data-print]")) window.print();
});

document.querySelector("[data-focus-on-load]")?.focus();
