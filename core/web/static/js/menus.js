/* Menus made of <details class="pop">: one open at a time, closed by Esc, a click outside or a deed inside. */

const shut = (except) => {
  for (const pop of document.querySelectorAll("details.pop[open]")) {
    if (pop !== except) pop.open = false;
  }
};

document.addEventListener("click", (event) => {
  const inside = event.target.closest("details.pop");
  shut(event.target.closest("[data-help]") ? null : inside);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.pop[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("submit", (event) => {
  const pop = event.target.querySelector("details.pop[open]");
  if (pop) pop.open = false;
});

/* Tabbing out of a menu closes it. */
document.addEventListener("focusin", (event) => {
  const open = document.querySelector("details.pop[open]");
  if (open && !open.contains(event.target)) shut();
});
