/* Small helps. Every page works without this file. */
"use strict";

/* Say how many characters are left once the limit is near. */
for (const hint of document.querySelectorAll("[data-count]")) {
  const area = document.getElementById(hint.dataset.count);
  const limit = Number(hint.dataset.max);
  const rest = document.createElement("p");
  rest.setAttribute("role", "status");
  hint.after(rest);
  const tell = () => {
    const left = limit - area.value.length;
    rest.className = left < 0 ? "error" : "hint";
    rest.textContent =
      left < 0 ? `${-left} tecken för mycket.` : left < limit / 5 ? `${left} tecken kvar.` : "";
  };
  area.addEventListener("input", tell);
  tell();
}

/* A second press on the button of a form sends nothing more. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});

/* Buttons that only script can serve are hidden until it is here. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* A text to be used elsewhere is copied by its button; only its first words change. */
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.firstChild.data = "Kopierat";
  });
}

/* What is chosen from a list is put in where the text is being written. */
for (const button of document.querySelectorAll("[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const area = document.getElementById("id_text");
    area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
}

/* A piece of a page that tells how work goes is fetched again while the work goes on. */
for (const piece of document.querySelectorAll("[data-poll]")) {
  const running = () => piece.querySelector("[data-running]");
  const again = async () => {
    const answer = await fetch(piece.dataset.poll).catch(() => null);
    if (answer?.ok) piece.innerHTML = await answer.text();
    if (running()) setTimeout(again, 1000);
    else location.reload();
  };
  if (running()) setTimeout(again, 1000);
}

/* The way out of a page that somebody must not see: nothing left on the screen, and no way back to it. */
const exit = document.querySelector("[data-exit]");
if (exit) {
  let escapes = 0;
  const leave = () => {
    document.body.hidden = true;
    location.replace(exit.href);
  };
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    escapes = event.key === "Escape" ? escapes + 1 : 0;
    if (escapes === 3) leave();
  });
}

/* Say at once that a chosen file is too large, instead of after a long upload. */
for (const input of document.querySelectorAll("[data-largest]")) {
  const note = document.createElement("p");
  note.className = "error";
  note.setAttribute("role", "status");
  input.after(note);
  input.addEventListener("change", () => {
    const large = [...input.files].filter((file) => file.size > Number(input.dataset.largest));
    const names = large.map((file) => file.name).join(", ");
    note.textContent = names ? `Större än 10 MB, välj bort eller minska: ${names}` : "";
  });
}
