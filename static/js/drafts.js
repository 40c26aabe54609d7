/* What is typed in a report is kept as a draft on the server, and the page says so. */
"use strict";

const form = document.querySelector("[data-keep]");
const said = form.querySelector("output");
let waiting;

async function keep(extra) {
  const body = new FormData(form);
  if (extra) body.append(extra, "1");
  const sent = { method: "POST", body, headers: { "X-Draft": "1" }, redirect: "error" };
  const answer = await fetch(form.dataset.keep, sent).catch(() => null);
  if (extra) return;
  said.value = answer?.ok
    ? await answer.text()
    : "Utkastet är inte sparat. Låt sidan stå, logga in i ett nytt fönster och spara sedan texten här.";
}

keep("opened");
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(keep, 2000);
});
