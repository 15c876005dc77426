// Progressive enhancement only: every page works without this file.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
initAll();

// An open header menu closes when focus or a click goes elsewhere, and on Escape.
const menu = document.querySelector("[data-makmal-menu]");
if (menu) {
  const closeUnlessInside = (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", closeUnlessInside);
  document.addEventListener("focusin", closeUnlessInside);
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// After a skip link the address ends in "#main", and going there takes the focus from the errors.
addEventListener("load", () => {
  requestAnimationFrame(() => {
    const errors = document.querySelector(".govuk-error-summary");
    if (!errors || document.activeElement !== document.body) return;
    errors.tabIndex = -1;
    errors.focus();
  });
});
