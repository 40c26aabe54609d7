/* What somebody types is not lost when the session ends, the network is gone or the server is down.
   A form with free text is kept as a draft, two seconds after the last key and before it is sent, and is sent
   only when the server has answered.  No answer never counts as kept.  Forms work without this file. */
"use strict";

const { drafts, reader, health } = document.documentElement.dataset;
const FREE_TEXT = "textarea, input[type=text], input:not([type])";
const TRYING = "Ingen kontakt med servern. Låt sidan stå: utkastet sparas när kontakten är tillbaka.";

const UNKEPT = "Utkastet gick inte att spara. Kopiera texten innan du lämnar sidan.";

/* An older browser sends its forms by itself, as one without script does. */
const isAble = window.AbortSignal?.timeout && HTMLFormElement.prototype.requestSubmit;

const ask = (address, options) =>
  fetch(address, { redirect: "manual", signal: AbortSignal.timeout(8000), ...options }).catch(() => null);

const isOf = (answer, type) => answer.headers.get("Content-Type")?.startsWith(type);
/* What is asked here is never answered with a page: whoever does so stands between us and the server. */
const isDown = (answer) => !answer || answer.status >= 500 || (answer.status === 200 && isOf(answer, "text/html"));
const isOut = (answer) => answer?.type === "opaqueredirect" || answer?.status === 403;
const isPlain = (answer) => isOf(answer, "text/plain");
/* Somebody else's, gone, or told why it may not be kept. */
const isRefused = (answer) => !answer.ok && (answer.status === 409 || answer.status === 404 || isPlain(answer));

/* Say how it went; what calls for something is seen as such. */
function tell(said, words, isWarning) {
  said.className = isWarning ? "note warn" : "muted";
  said.value = words;
}

function piece(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/* The controls that a person fills in, in order; what a page carries for itself is its own. */
function filled(form) {
  const asked = "input:not([type=hidden], [type=file], [type=password], [type=submit]), select, textarea";
  return [...form.querySelectorAll(asked)].filter((control) => control.name);
}

const isChosen = (control) => control.type === "checkbox" || control.type === "radio";

function typedIn(form) {
  const typed = {};
  for (const control of filled(form)) {
    const values = (typed[control.name] ??= []);
    if (control.type === "select-multiple") values.push(...[...control.selectedOptions].map((chosen) => chosen.value));
    else if (!isChosen(control) || control.checked) values.push(control.value);
  }
  return typed;
}

function fill(form, typed) {
  const left = structuredClone(typed);
  for (const control of filled(form)) {
    const values = left[control.name];
    if (!values) continue;
    if (isChosen(control)) control.checked = values.includes(control.value);
    else if (control.type === "select-multiple") {
      for (const option of control.options) option.selected = values.includes(option.value);
    } else if (values.length) control.value = values.shift();
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/* How the pages without a draft of their own keep theirs: in one place for all forms. */
function shelf(form) {
  const texts = [...form.querySelectorAll(FREE_TEXT)].map((control) => control.name).filter(Boolean);
  const place = () => {
    const asked = new URLSearchParams({ address: new URL(form.action).pathname });
    for (const name of texts) asked.append("name", name);
    return asked;
  };
  const headers = { "X-Reader": reader };
  const post = (extra) => {
    const body = place();
    body.set("csrfmiddlewaretoken", form.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(extra)) body.set(name, value);
    return ask(drafts, { method: "POST", body, headers });
  };
  return {
    keep: () => post({ typed: JSON.stringify(typedIn(form)) }),
    drop: () => post({ drop: "1" }),
    /* What is kept, and a token that holds: signing in again in another window changes it. */
    fetch: async () => {
      const answer = await ask(`${drafts}?${place()}`, { headers });
      if (answer?.status === 409) return { isOther: true };
      return answer?.ok ? answer.json().catch(() => null) : null;
    },
  };
}

/* How a page keeps drafts that are more than a form: at an address of its own. */
function own(form) {
  const post = (extra) => {
    const body = new FormData(form);
    if (extra) body.append(extra, "1");
    return ask(form.dataset.keep, { method: "POST", body, headers: { "X-Draft": "1" } });
  };
  if ("keepOpened" in form.dataset) post("opened");
  return {
    keep: () => post(),
    fetch: async () => {
      const page = await ask(form.dataset.page ?? form.action);
      const fresh = page?.ok && new DOMParser().parseFromString(await page.text(), "text/html");
      return fresh ? { token: fresh.querySelector("[data-keep] [name=csrfmiddlewaretoken]")?.value } : null;
    },
  };
}

/* Send a form when the server has answered what is asked of it first.  However often it is pressed meanwhile is
   one press, and what breaks in here keeps nobody from sending. */
function sendAfter(form, maySend) {
  let [isAsking, isSending, passes] = [false, false, false];
  const rest = () => {
    isAsking = isSending = false;
    form.removeAttribute("aria-busy");
  };
  /* The page is there again: its answer came to nothing, was a file, or was left by the button back. */
  addEventListener("pageshow", rest);
  form.addEventListener("submit", async (event) => {
    if (passes) return;
    event.preventDefault();
    event.stopPropagation();
    if (isAsking) return;
    isAsking = true;
    form.setAttribute("aria-busy", "true");
    if (!(await maySend().catch(() => true))) return rest();
    isSending = passes = true;
    form.requestSubmit(event.submitter);
    passes = false;
    setTimeout(rest, 8000);
  });
  return () => isSending;
}

function keeper(form) {
  const place = form.dataset.keep ? own(form) : shelf(form);
  const said = piece("keep-said");
  const signedOut = piece("keep-signed-out");
  (form.querySelector(":scope > .actions") ?? form.lastElementChild).after(said, signedOut);
  /* Where to come after signing in: not the same form once more, where a page says so. */
  if (form.dataset.back) signedOut.querySelector("a").search = new URLSearchParams({ next: form.dataset.back });
  let [typed, kept, waiting] = [0, 0, null];

  async function renew() {
    const fresh = await place.fetch();
    if (fresh?.token) form.csrfmiddlewaretoken.value = fresh.token;
    return fresh;
  }

  /* Keep what is typed; tell whether the server is there and knows who types. */
  async function keep() {
    clearTimeout(waiting);
    const sent = typed;
    let answer = await place.keep();
    const fresh = answer?.status === 403 ? await renew() : null;
    if (fresh?.token) answer = await place.keep();
    const isOther = fresh?.isOther || (answer?.status === 409 && !form.dataset.keep);
    signedOut.hidden = isOther || !isOut(answer);
    if (isDown(answer)) tell(said, TRYING, true);
    else if (isOther) tell(said, signedOut.dataset.other, true);
    else if (isOut(answer)) tell(said, "");
    else if (isPlain(answer)) tell(said, await answer.text(), !answer.ok);
    else tell(said, answer.ok ? "" : UNKEPT, true);
    if (isDown(answer) || isOut(answer)) waiting = setTimeout(keep, 5000);
    if (answer?.ok) kept = sent;
    return answer;
  }

  addEventListener("online", () => typed > kept && keep());
  const isSending = sendAfter(form, async () => {
    typed += 1;
    const answer = await keep();
    /* What is only no draft is sent all the same: the form's own answer says what is wrong. */
    return !isDown(answer) && !isOut(answer) && !isRefused(answer);
  });
  addEventListener("beforeunload", (event) => typed > kept && !isSending() && event.preventDefault());
  form.addEventListener("input", () => {
    typed += 1;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2000);
  });
  return { place, keep };
}

/* Tell whether nothing was typed that does not stand in the form. */
function holds(form, typed) {
  const now = typedIn(form);
  return Object.entries(typed).every(([name, values]) => values.every((value) => !value || now[name]?.includes(value)));
}

/* Offer what was typed here before and never sent. */
async function offer(form, { place, keep }) {
  const before = await place.fetch();
  if (!before?.typed || holds(form, before.typed)) return;
  const note = piece("keep-offer");
  const [take, drop] = note.querySelectorAll("button");
  note.querySelector("[data-when]").textContent = before.when;
  form.before(note);
  take.addEventListener("click", () => {
    fill(form, before.typed);
    note.remove();
    form.querySelector(FREE_TEXT).focus();
  });
  drop.addEventListener("click", async () => {
    const answer = await place.drop();
    if (answer?.ok) note.remove();
    else keep();
  });
}

/* Where nobody has signed in nothing is kept, nor where a page only carries (data-carries) what was typed on
  the one before: the page waits until the server is there to take it. */
function waiter(form) {
  const said = piece("keep-said");
  (form.querySelector(":scope > .actions") ?? form.lastElementChild).after(said);
  sendAfter(form, async () => {
    const isThere = !isDown(await ask(health));
    tell(said, isThere ? "" : said.dataset.lost, true);
    return isThere;
  });
}

for (const form of isAble ? document.querySelectorAll("form[method=post]:not([data-keep=no])") : []) {
  const isTypedIn = form.querySelector(FREE_TEXT);
  if (!isTypedIn && !("carries" in form.dataset)) continue;
  if (!drafts || !isTypedIn) waiter(form);
  else {
    const kept = keeper(form);
    if (!form.dataset.keep) offer(form, kept);
  }
}
