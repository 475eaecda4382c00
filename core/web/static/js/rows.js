/* Rows of a list: a click anywhere opens the row or group, "j" and "k" walk through them; one checkbox
   in the head chooses all. */

const links = () => [...document.querySelectorAll(".clist tbody :is(.at-name a, a.group-name)")];

document.addEventListener("click", (event) => {
  const row = event.target.closest(".clist tbody tr");
  if (!row || event.target.closest("a, button, input, label") || window.getSelection().toString()) return;
  const link = row.querySelector(".at-name a, a.group-name");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "j" && event.key !== "k") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const all = links();
  if (!all.length || document.querySelector("dialog[open]")) return;
  const here = all.indexOf(document.activeElement);
  const next = event.key === "j" ? here + 1 : Math.max(here - 1, 0);
  all[Math.min(next, all.length - 1)].focus();
});

/* A table that fits needs no bar to scroll it, so its head can stay in sight. */
const fit = () => {
  for (const around of document.querySelectorAll(".ovx:has(> .clist)")) {
    around.classList.remove("fits");
    around.classList.toggle("fits", around.scrollWidth <= around.clientWidth);
  }
};

document.addEventListener("htmx:after:swap", fit);
window.addEventListener("resize", fit);
fit();

/* After "Next" the eye belongs at the first row. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-to-top]")) window.scrollTo({ top: 0, behavior: "instant" });
});

const boxes = () => [...document.querySelectorAll(".clist tbody .at-choice > input")];

/* How many are chosen is said beside what can be done with them. */
const count = () => {
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  const told = document.querySelector("[data-chosen-count]");
  if (told) told.textContent = chosen;
  const head = document.querySelector("[data-choose-all] > input");
  if (!head) return;
  head.checked = chosen > 0 && chosen === all.length;
  head.indeterminate = chosen > 0 && chosen < all.length;
};

const offerAll = () => {
  const cell = document.querySelector("[data-choose-all]");
  if (cell && !cell.querySelector("input")) {
    const head = document.createElement("input");
    head.type = "checkbox";
    head.className = "form-check-input m-0";
    head.ariaLabel = cell.title = cell.dataset.chooseAll;
    cell.append(head);
  }
  count();
};

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choose-all] > input")) for (const box of boxes()) box.checked = target.checked;
  if (target.matches(".clist input")) count();
});
document.addEventListener("htmx:after:swap", offerAll);
window.addEventListener("pageshow", offerAll);
offerAll();
