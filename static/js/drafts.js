/* What is typed in a report is kept as a draft on the server, and the page says so.  While the network is gone
   or the session has ended, the page stays as it is, and tries again until what stands in it is kept.  What the server refuses to keep is not sent on either. */
"use strict";

const form = document.querySelector("[data-keep]");
const said = form.querySelector("output");
const signedOut = form.querySelector("[data-signed-out]");
let typed = 0;
let kept = 0;
let ready = false;
let waiting;

const ask = (address, options) =>
  fetch(address, { redirect: "manual", signal: AbortSignal.timeout(8000), ...options }).catch(() => null);

const isTold = (answer) => answer.headers.get("Content-Type")?.startsWith("text/plain");

function send(extra) {
  const body = new FormData(form);
  if (extra) body.append(extra, "1");
  return ask(form.dataset.keep, { method: "POST", body, headers: { "X-Draft": "1" } });
}

/* Signing in again, in another window, changes the token. */
async function renew() {
  const page = await ask(form.action);
  const fresh = page?.ok && new DOMParser().parseFromString(await page.text(), "text/html");
  const token = fresh && fresh.querySelector("[data-keep] [name=csrfmiddlewaretoken]");
  if (token) form.csrfmiddlewaretoken.value = token.value;
  return Boolean(token);
}

async function keep() {
  clearTimeout(waiting);
  const sent = typed;
  let answer = await send();
  if (answer?.status === 403 && (await renew())) answer = await send();
  const isOut = answer?.type === "opaqueredirect" || answer?.status === 403;
  const isLost = !answer || answer.status >= 500;
  signedOut.hidden = !isOut;
  if (isLost) said.value = "Ingen kontakt med servern. Låt sidan stå: utkastet sparas när kontakten är tillbaka.";
  else if (isOut) said.value = "";
  else said.value = isTold(answer) ? await answer.text() : "Utkastet gick inte att spara. Kopiera texten.";
  if (isOut || isLost) waiting = setTimeout(keep, 5000);
  if (answer?.ok) kept = sent;
  return Boolean(answer?.ok);
}

send("opened");
addEventListener("online", () => typed > kept && keep());
addEventListener("beforeunload", (event) => typed > kept && event.preventDefault());
form.addEventListener("input", () => {
  typed += 1;
  clearTimeout(waiting);
  waiting = setTimeout(keep, 2000);
});
form.addEventListener("submit", async (event) => {
  if (ready) return;
  event.preventDefault();
  event.stopPropagation();
  typed += 1;
  ready = await keep();
  if (ready) form.requestSubmit(event.submitter);
  ready = false;
});
