/* Rows of a list: a click anywhere opens the row or group, "j" and "k" walk through them. */

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

/* After "Next" the eye belongs at the first row. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-to-top]")) window.scrollTo({ top: 0, behavior: "instant" });
});
