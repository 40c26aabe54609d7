"use strict";

/* What somebody writes is kept as a draft, two seconds after the last key and before it is sent. If the
   session has ended, the page stays as it is until one has signed in again, which also changes the token. */
for (const form of document.querySelectorAll("[data-keep]")) {
  const signedOut = form.querySelector("[data-signed-out]");
  const kept = form.querySelector("[data-kept]");
  const ask = (options) =>
    fetch(form.dataset.keep, { redirect: "manual", signal: AbortSignal.timeout(5000), ...options }).catch(() => null);
  const post = () => ask({ method: "POST", body: new FormData(form) });
  let timer;
  const keep = async () => {
    clearTimeout(timer);
    let answer = await post();
    if (answer?.status === 403) {
      const page = (answer = await ask());
      const text = (await page?.text()) ?? "";
      const fresh = new DOMParser().parseFromString(text, "text/html").forms[0]?.csrfmiddlewaretoken;
      if (fresh) {
        form.csrfmiddlewaretoken.value = fresh.value;
        answer = await post();
      }
    }
    signedOut.hidden = answer?.type !== "opaqueredirect";
    kept.textContent = answer?.status === 201 ? kept.dataset.kept : "";
    return signedOut.hidden;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 2000);
  });
  let ready = false;
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    event.stopPropagation();
    ready = await keep();
    if (ready) form.requestSubmit(event.submitter);
    ready = false;
  });
}
