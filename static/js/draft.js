// Saves a draft as it is typed, says beside each field what the portal makes of it, keeps the text
// on this device while there is no connection, and never overwrites somebody else's version unseen.
//
// The form says data-draft-url (POST answers JSON, 409 if someone saved in between) and
// data-draft-key (where the text is kept on the device). Without this script the buttons do it all.

const form = document.querySelector("form[data-draft]");
const { draftUrl, draftKey } = form.dataset;
const status = document.querySelector("[data-draft-status]");
const conflict = document.querySelector("[data-draft-conflict]");
const PAUSE_MS = 700;
const RETRY_MS = 10000;

let timer = 0;
let saving = null; // the promise of a save under way
let dirty = false;
let blocked = false; // by a conflict the person has not decided
let sent = false; // the form itself is on its way

const boxes = () => [...form.elements].filter((box) => box.name && !["version", "csrfmiddlewaretoken", "use"].includes(box.name) && box.type !== "submit");
const versionBox = form.elements.version;

function typed() {
  const fields = {};
  for (const box of boxes()) fields[box.name] = box.type === "checkbox" ? (box.checked ? "on" : "") : box.value;
  return fields;
}

function fill(fields) {
  for (const box of boxes()) {
    if (!(box.name in fields)) continue;
    if (box.type === "checkbox") box.checked = fields[box.name] === "on";
    else box.value = fields[box.name];
  }
  preview();
}

// On this device, until the portal has it.
const device = {
  // Text on its way with the form is kept as sent: the page that answers has it, or a newer one.
  keep: () => store(() => localStorage.setItem(draftKey, JSON.stringify({ version: versionBox.value, fields: typed(), sent }))),
  drop: () => store(() => localStorage.removeItem(draftKey)),
  kept: () => store(() => JSON.parse(localStorage.getItem(draftKey) ?? "null")),
};

function store(use) {
  try {
    return use();
  } catch {
    return null; // a private window or a full disk: then only the portal keeps it
  }
}

function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

function changed() {
  dirty = true;
  device.keep();
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE_MS);
}

function save() {
  clearTimeout(timer);
  if (saving || !dirty || blocked || sent) return;
  saving = send().finally(() => { saving = null; });
}

async function send() {
  dirty = false;
  say("Saving…");
  let answer;
  try {
    answer = await fetch(draftUrl, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form), keepalive: true, redirect: "error" });
  } catch {
    failed(navigator.onLine ? "Not saved: the portal cannot be reached, or your session ended. Your text is kept on this device and sent later." : "No connection. Your text is kept on this device and sent when the connection is back.");
    return;
  }
  if (answer.ok) return saved(await answer.json());
  const type = answer.headers.get("Content-Type") ?? "";
  if (answer.status === 409 && type.includes("json")) return refused(await answer.json());
  failed(`Not saved (${answer.status}). Your text is kept on this device; it is tried again.`);
}

function failed(text) {
  dirty = true;
  say(text);
  timer = setTimeout(save, RETRY_MS);
}

function saved(answer) {
  versionBox.value = answer.version;
  if (!dirty) device.drop();
  else timer = setTimeout(save, PAUSE_MS);
  const missing = answer.problems.filter((problem) => problem.code === "required" || problem.code === "itn_missing").length;
  say(missing ? `Saved at ${answer.saved_at}. ${missing} still to fill in.` : `Saved at ${answer.saved_at}.`);
  show(answer);
}

function refused(answer) {
  if (answer.code !== "draft_changed") {
    blocked = true;
    say(answer.detail);
    return;
  }
  blocked = true;
  const mine = typed();
  const differing = Object.keys(answer.fields).filter((name) => name in mine && (answer.fields[name] ?? "") !== mine[name]);
  const items = differing.map((name) => {
    const item = document.createElement("li");
    item.append(`${label(name)}: theirs “${answer.fields[name] || "nothing"}”, yours “${mine[name] || "nothing"}”`);
    return item;
  });
  const alert = element("div", "usa-alert usa-alert--warning", { role: "alert", tabindex: "-1" });
  const body = element("div", "usa-alert__body");
  const list = element("ul", "usa-list");
  list.append(...items);
  body.append(element("h2", "usa-alert__heading", {}, answer.detail), list);
  const row = element("div", "portal-button-row");
  row.append(
    button("Keep what I typed", () => decide(answer.version, () => { dirty = true; save(); })),
    button("Take theirs", () => decide(answer.version, () => { fill(answer.fields); device.drop(); say("Their version is shown."); })),
  );
  body.append(row);
  alert.append(body);
  conflict.replaceChildren(alert);
  say("Not saved: someone else changed this draft.");
  alert.focus();
}

function decide(version, then) {
  versionBox.value = version;
  blocked = false;
  conflict.replaceChildren();
  then();
}

function element(tag, css, attributes = {}, text = "") {
  const made = document.createElement(tag);
  made.className = css;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

function button(text, press) {
  const made = element("button", "usa-button usa-button--outline", { type: "button" }, text);
  made.addEventListener("click", press);
  return made;
}

function label(name) {
  const found = form.querySelector(`label[for="id_${name}"]`);
  return found ? found.textContent.trim() : name;
}

// What the portal makes of the fields, each beside its field. That one is empty needs no telling.
function show(answer) {
  for (const place of form.querySelectorAll("[data-live]")) {
    const field = place.dataset.live;
    const of = (found) => found.field === field && found.code !== "required" && found.code !== "itn_missing";
    const lines = [
      ...answer.problems.filter(of).map((found) => ["problem", text(found)]),
      ...answer.warnings.filter(of).map((found) => ["warning", `Worth a second look: ${text(found)}`]),
    ];
    if (field === "itn" && answer.itn.itn) lines.unshift(["note", answer.itn.detail]);
    const key = JSON.stringify([lines, field === "itn" ? answer.itn.suggestion : ""]);
    if (place.dataset.shown === key) continue;
    place.dataset.shown = key;
    place.replaceChildren(...lines.map(([kind, line]) => element("p", `issue-live__${kind}`, {}, line)));
    if (field === "itn" && answer.itn.suggestion) place.append(fix(answer.itn.suggestion));
  }
  for (const [name, line] of [["value_per_carat", answer.value_per_carat], ["date_of_expiry", answer.date_of_expiry]]) {
    const place = form.querySelector(`[data-computed="${name}"]`);
    if (place) place.textContent = line;
  }
  for (const place of form.querySelectorAll("[data-aes]")) place.textContent = answer.aes[place.dataset.aes];
}

const text = (found) => (found.source ? `${found.detail} (${found.source})` : found.detail);

function fix(suggestion) {
  return button(`Use ${suggestion}`, () => {
    form.elements.itn.value = suggestion;
    form.elements.itn.focus();
    changed();
    save();
  });
}

// The two addresses as they stand in their boxes, line by line.
function preview() {
  for (const place of form.querySelectorAll("[data-preview]")) {
    const lines = form.elements[place.dataset.preview].value.split("\n").map((line) => line.trim()).filter(Boolean);
    place.replaceChildren(...lines.map((line, index) => element("div", index > 3 || line.length > 45 ? "issue-preview__over" : "", {}, line)));
  }
}

form.addEventListener("input", (event) => {
  if (["keep_consignee", "keep_exporter", "consignee_entry", "exporter_entry"].includes(event.target.name)) return;
  preview();
  changed();
});
form.addEventListener("submit", (event) => {
  if (saving) {
    // The form must go with the version that the save under way will give.
    event.preventDefault();
    event.stopImmediatePropagation();
    saving.then(() => form.requestSubmit(event.submitter));
    return;
  }
  sent = true;
  clearTimeout(timer);
  device.keep();
}, true);
window.addEventListener("pageshow", () => { sent = false; });
window.addEventListener("online", save);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
document.addEventListener("session:renewed", save);

// What could not be sent before this page was left.
const left = device.kept();
preview();
if (left?.sent && left.version !== versionBox.value) device.drop();
else if (left && left.version === versionBox.value && JSON.stringify(left.fields) !== JSON.stringify(typed())) {
  fill(left.fields);
  dirty = true;
  say("What you typed without a connection is back.");
  save();
} else if (left && left.version !== versionBox.value) {
  // Sent with its old version: if somebody saved meanwhile, the portal says who and what.
  const now = versionBox.value;
  if (JSON.stringify(left.fields) === JSON.stringify(typed())) device.drop();
  else {
    refused({ code: "draft_changed", detail: "This draft was changed after you left text on this device.", version: now, fields: typed() });
    fill(left.fields);
  }
} else device.drop();
