// Warns before an idle session ends and, when it has ended, keeps the page and what was typed on it.
//
// The body says data-idle-seconds, data-session-url and data-session-user. The address answers
// {signed_in, seconds_left, csrf, user}; asking with GET does not count as activity, POST does.
// After a new sign-in in another tab every form here gets the new token, and the event
// "session:renewed" (detail: {csrf}) tells other scripts.

const WARN_SECONDS = 120;
const { sessionUrl, sessionUser, idleSeconds } = document.body.dataset;
const dialog = document.getElementById("session-dialog");
const left = dialog.querySelector("[data-session-left]");
const status = dialog.querySelector("[data-session-status]");
const HEADINGS = {
  warning: "Are you still there?",
  ended: "Your session ended",
  other: "You are not signed in here any more",
};

const tabs = new BroadcastChannel("session");
let deadline = Date.now() + Number(idleSeconds) * 1000;
let state = "active"; // active, warning, ended, other
let timer = 0;

const secondsLeft = () => Math.ceil((deadline - Date.now()) / 1000);

// The server's answer, or null when it cannot be reached: then our own clock goes on.
async function ask(method) {
  const headers = { Accept: "application/json" };
  if (method === "POST") headers["X-CSRFToken"] = token();
  try {
    const answer = await fetch(sessionUrl, { method, headers, cache: "no-store", redirect: "error" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;

function take(answer) {
  if (!answer.signed_in || answer.seconds_left <= 0) {
    show("ended");
  } else if (answer.user !== undefined && String(answer.user) !== sessionUser) {
    show("other");
  } else {
    deadline = Date.now() + answer.seconds_left * 1000;
    if (state !== "active") renew(answer.csrf);
    watch();
  }
}

// Signing in changes the token, so forms opened before would be refused.
function renew(csrf) {
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    input.value = csrf;
  }
  document.dispatchEvent(new CustomEvent("session:renewed", { detail: { csrf } }));
}

// Sleep until shortly before the end; then ask, for another tab may have been busy.
function watch() {
  clearTimeout(timer);
  const rest = secondsLeft();
  if (rest > WARN_SECONDS) {
    show("active");
    timer = setTimeout(check, (rest - WARN_SECONDS) * 1000);
  } else if (rest > 0) {
    show("warning");
    timer = setTimeout(tick, 1000);
  } else {
    timer = setTimeout(check, 0);
  }
}

async function check() {
  const answer = await ask("GET");
  if (answer) take(answer);
  else if (secondsLeft() > 0) watch();
  else show("ended");
}

function tick() {
  const rest = secondsLeft();
  if (rest <= 0) {
    check();
    return;
  }
  left.textContent = `in ${inWords(rest)}`;
  // Heard by screen readers: not every second.
  if (rest === 60 || rest === 20) status.textContent = `Signed out in ${inWords(rest)}.`;
  timer = setTimeout(tick, 1000);
}

function inWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const parts = [];
  if (minutes) parts.push(minutes === 1 ? "1 minute" : `${minutes} minutes`);
  if (rest) parts.push(rest === 1 ? "1 second" : `${rest} seconds`);
  return parts.join(" and ");
}

function show(next) {
  if (next === state) return;
  state = next;
  clearTimeout(timer);
  if (state === "active") {
    dialog.close();
    return;
  }
  dialog.querySelector("h2").textContent = HEADINGS[state];
  for (const part of dialog.querySelectorAll("[data-session-part]")) {
    part.hidden = !part.dataset.sessionPart.split(" ").includes(state);
  }
  status.textContent = "";
  left.textContent = `in ${inWords(Math.max(secondsLeft(), 1))}`;
  open();
}

function open() {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("h2").focus();
}

async function stay() {
  const answer = await ask("POST");
  if (!answer) {
    status.textContent = "The portal cannot be reached. Check the connection and try again.";
    status.classList.remove("usa-sr-only");
    return;
  }
  take(answer);
  tabs.postMessage("active");
}

dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
dialog.querySelector("[data-session-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("cancel", (event) => {
  if (state !== "warning") return;
  event.preventDefault(); // Escape is a sign of life too
  stay();
});

// What is sent now would be lost on the sign-in page: hold it back until there is a session.
document.addEventListener(
  "submit",
  (event) => {
    if ((state !== "ended" && state !== "other") || event.target.method !== "post") return;
    event.preventDefault();
    event.stopPropagation();
    open();
  },
  true,
);

// Coming back to this tab or waking the computer: look once.
for (const [target, name] of [[window, "focus"], [window, "pageshow"], [document, "visibilitychange"]]) {
  target.addEventListener(name, () => {
    if (document.hidden) return;
    if (state !== "active" || secondsLeft() <= WARN_SECONDS) check();
  });
}
tabs.addEventListener("message", check);

watch();
