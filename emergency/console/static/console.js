// What htmx does not do: clocks that tick between two changes, and small comforts of the forms.
"use strict";

const live = () => document.getElementById("live");
const refusal = () => document.getElementById("refusal");

// --- clocks: the server says when and how fast; the page only counts on

let heard = performance.now();
const pad = (n) => String(n).padStart(2, "0");

function scenarioHours(clock) {
  const t = Number(clock.dataset.t), end = Number(clock.dataset.end);
  if (clock.dataset.runs !== "yes") return t;
  return Math.min(end, t + ((performance.now() - heard) / 3.6e6) * Number(clock.dataset.pace));
}

function told(instant, chinese) {
  const day = chinese
    ? `${instant.getUTCMonth() + 1}月${instant.getUTCDate()}日 周${"日一二三四五六"[instant.getUTCDay()]}`
    : `${["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][instant.getUTCDay()]} ${instant.getUTCDate()} ` +
      ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][instant.getUTCMonth()];
  return `${day} ${pad(instant.getUTCHours())}:${pad(instant.getUTCMinutes())}`;
}

let jumpTouched = false;

function offered(clock, t) {
  const at = document.getElementById("jump-at");
  if (!at || document.activeElement === at) return;
  const now = Date.parse(clock.dataset.start + "Z") + Math.ceil(t * 60) * 6e4;
  if (jumpTouched && Date.parse(at.value + "Z") > now) return; // chosen, and still to come
  jumpTouched = false;
  at.value = new Date(now).toISOString().slice(0, 16);
  inHours(at);
}

const NEAR = 240; // minutes: nobody reckons with what comes after the exercise

// How long it will be on the wall, as fast as scenario time passes now; nothing while it stands still.
function ahead(clock, hours, words) {
  const minutes = Math.ceil((hours * 60) / Number(clock.dataset.pace));
  if (clock.dataset.runs !== "yes" || hours <= 0 || minutes > NEAR) return "";
  return words.replace("{n}", String(minutes));
}

function tick() {
  const clock = document.getElementById("clock"), chinese = document.documentElement.lang.startsWith("zh");
  if (clock) {
    const t = scenarioHours(clock);
    // Local time of the scenario, reckoned as if it were UTC so that the browser's own zone has no say.
    // Hours come rounded to 1e-6, which must not make 11:35 a 11:34.
    clock.textContent = told(new Date(Date.parse(clock.dataset.start + "Z") + t * 3.6e6 + 5), chinese);
    offered(clock, t);
    for (const one of document.querySelectorAll("[data-due]")) one.classList.toggle("over", Number(one.dataset.due) <= t);
    for (const one of document.querySelectorAll("[data-ahead]")) one.textContent = ahead(clock, Number(one.dataset.ahead) - t, one.dataset.told);
  }
  const wall = document.getElementById("wallclock"), now = new Date();
  if (wall) wall.textContent = `${pad(now.getHours())}:${pad(now.getMinutes())}`;
}

function titled() {
  const news = Number(document.getElementById("unread")?.textContent || 0);
  const count = Number(document.querySelector("[data-open]")?.dataset.open || 0) + news;
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (count) document.title = `(${count}) ${document.title}`;
}

// --- the log's filter

function filtered() {
  const field = document.querySelector("[data-filter]");
  if (!field) return;
  const wanted = field.value.trim().toLowerCase(), within = document.getElementById(field.dataset.filter);
  for (const row of within.querySelectorAll(".lines > li")) row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
  // What is looked for may stand in what has not been fetched yet.
  if (wanted !== "") for (const leaf of within.querySelectorAll(".earlier:not([open])")) leaf.open = true;
}

// --- forms

function inHours(field) {
  const start = Date.parse(field.dataset.start + "Z"), at = Date.parse(field.value + "Z");
  const goal = document.getElementById(field.dataset.hours);
  if (goal && !Number.isNaN(at)) goal.value = String(Math.max(0, (at - start) / 3.6e6));
}

function ofPlan(choice) {
  const list = document.getElementById(choice.dataset.clauses);
  for (const one of list ? list.children : []) one.disabled = one.dataset.plan !== choice.value;
}

function isShort(form) {
  const name = form.dataset.needs;
  return name && !form.querySelector(`[name="${name}"]:checked`);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-hours]")) {
    jumpTouched = true;
    inHours(event.target);
  }
  if (event.target.matches("[data-filter]")) filtered();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-clauses]")) ofPlan(event.target);
  if (event.target.id === "invite-role") seatWanted(event.target);
});

function seatWanted(choice) {
  const seat = document.getElementById("invite-seat");
  seat.hidden = choice.value !== "player";
}

function held(event, form) {
  if (!form) return;
  // What is hidden is set anew whenever the page is: it is reckoned from what is seen when it is sent.
  for (const field of form.querySelectorAll("[data-hours]")) inHours(field);
  if (!isShort(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.classList.add("short");
  form.querySelector(`[name="${form.dataset.needs}"]`)?.focus();
}

document.addEventListener("submit", (event) => held(event, event.target), true);
document.addEventListener("click", (event) => {
  if (event.target.matches("button[hx-post]")) held(event, event.target.form);
}, true);

// --- a table that is long, fetched when somebody opens it, and again when something changed as long as it is open

const fresh = (one) => one.dispatchEvent(new Event("fresh"));
document.addEventListener("toggle", (event) => {
  if (event.target.matches("[data-fresh]") && event.target.open) fresh(event.target);
}, true);

// --- what is new among what came: since the list was last in sight

const PERIOD = 1500; // ms for which it has to be in sight to have been read
let reading = 0;

// As long as the window is open; a browser that keeps nothing counts from when it came.
function kept(key, value) {
  try {
    if (value !== undefined) sessionStorage.setItem(key, value);
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function unread() {
  const box = document.querySelector("[data-newest]"), sign = document.getElementById("unread");
  if (!box || !sign) return;
  const newest = Number(box.dataset.newest), key = `read ${location.pathname}`;
  const read = Math.min(newest, Number(kept(key) ?? newest));
  const { top } = box.getBoundingClientRect(), seen = !document.hidden && top >= 0 && top < innerHeight - 60;
  const since = performance.now();
  reading = seen ? reading || since : 0;
  const now = seen && since - reading >= PERIOD ? newest : read;
  kept(key, String(now));
  sign.textContent = newest > now ? String(newest - now) : "";
  sign.hidden = newest <= now;
}

document.addEventListener("click", (event) => {
  const from = event.target.closest("[data-entry], [data-copy], [data-close]");
  if (!from) return;
  if (from.dataset.entry !== undefined) aboutEntry(from.dataset.entry);
  if (from.dataset.close) document.getElementById(from.dataset.close).replaceChildren();
  if (from.dataset.copy) copied(from);
});

function aboutEntry(number) {
  const field = document.getElementById("note-entry"), text = document.getElementById("note-text");
  const around = field.closest("details");
  if (around) around.open = true;
  field.value = number;
  text.focus();
}

async function copied(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = button.dataset.copied;
  } catch {
    getSelection().selectAllChildren(source);
  }
}

// --- what comes back

function said(status) {
  const box = refusal();
  if (status >= 400) {
    box.focus();
    box.scrollIntoView({ block: "nearest" });
  } else {
    box.replaceChildren();
  }
}

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail, status = ctx.response ? ctx.response.status : 0;
  if (ctx.request.method !== "POST" || status >= 400) return;
  const form = ctx.sourceElement.closest("form");
  if (!form) return;
  if (form.dataset.leave) location.assign(form.dataset.leave);
  if (form.dataset.reset !== undefined) form.reset();
  form.classList.remove("short");
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (live()) heard = performance.now();
  if (ctx.request.method === "POST" || ctx.response?.status >= 400) said(ctx.response.status);
  if (ctx.target === live()) document.querySelectorAll("[data-fresh][open]").forEach(fresh);
  tick();
  unread();
  titled();
  filtered();
  back();
});

// --- a click is a press and a release on one and the same thing: nothing is exchanged in between

const PRESS = 1500, CLICK = 40; // ms that a press lasts at most, and within which its click follows the release
let pressed = false, missed = false, letGo = 0;

const again = () => document.getElementById("stream")?.dispatchEvent(new Event("changed"));

function release() {
  pressed = false;
  if (missed) again();
  missed = false;
}

function releaseIn(time) {
  clearTimeout(letGo);
  letGo = setTimeout(release, time);
}

addEventListener("pointerdown", (event) => {
  pressed = event.target.closest("button, a, summary, label, input") !== null;
  releaseIn(PRESS); // whose end is never told: a press that became a drag, or opened something of the browser's
}, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => releaseIn(CLICK), true);
addEventListener("click", () => releaseIn(0), true); // it has found what it was meant for
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!pressed || !live() || ctx.target !== live()) return;
  event.preventDefault();
  missed = true;
  if (ctx.request.method === "POST") refusal().replaceChildren();
});

// --- the keyboard's place: what is gone must not take it along

let place = [];

document.addEventListener("htmx:before:swap", () => {
  place = [];
  for (let one = document.activeElement; one && one !== document.body; one = one.parentElement) if (one.id) place.push(one.id);
});

function back() {
  if (document.activeElement !== document.body) return;
  const around = place.map((id) => document.getElementById(id)).find((one) => one?.checkVisibility() && one.id !== "live");
  if (!around) return;
  if (!around.hasAttribute("tabindex") && around.tabIndex < 0) around.tabIndex = -1;
  around.focus({ preventScroll: true });
}

// --- the connection

function shown(id, is) {
  const sign = document.getElementById(id);
  if (sign) sign.hidden = !is;
}

const offline = (is) => shown("offline", is);

// A network that went away says nothing: the stream is broken off, to be begun again, and the page asked for.
function reconnected() {
  document.getElementById("stream")?._htmx?.sse?.reader?.cancel();
  again();
}

addEventListener("offline", () => {
  offline(true);
  again(); // a server on this very machine is there all the same, and answers
});
addEventListener("online", reconnected);
document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
// Who is turned away is not offline: the page says why where it says everything else.
document.addEventListener("htmx:sse:error", (event) => offline(event.detail.status !== 403));
document.addEventListener("htmx:after:sse:connection", () => offline(false));
document.addEventListener("htmx:after:request", (event) => {
  offline(false); // whatever the answer is, there is one
  if (event.detail.ctx.request.method === "POST") shown("unsent", false);
});
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx || ctx.response) return;
  offline(true);
  if (ctx.request.method !== "POST") return;
  shown("unsent", true);
  refusal().replaceChildren(); // of something else
});

for (const choice of document.querySelectorAll("[data-clauses]")) ofPlan(choice);
const role = document.getElementById("invite-role");
if (role) seatWanted(role);
tick();
unread();
titled();
setInterval(() => { tick(); unread(); titled(); }, 1000);
