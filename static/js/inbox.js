/* The inbox by single keys: j and k between cases, / to the search, ? to the help, where they are turned off.
   The inbox works without this file. */
"use strict";

for (const help of document.querySelectorAll("#tangenter")) {
  const use = help.querySelector("input");
  const links = [...document.querySelectorAll("[data-keys] tbody th a")];
  help.hidden = false;
  use.checked = localStorage.getItem("tangenter") !== "av";
  use.addEventListener("change", () => localStorage.setItem("tangenter", use.checked ? "på" : "av"));
  const step = (by) => {
    const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => {
      const search = document.getElementById("id_q");
      search.closest("details").open = true;
      search.focus();
    },
    "?": () => {
      help.open = true;
      help.querySelector("summary").focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (!use.checked || typing || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
