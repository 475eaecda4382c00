/* Whoever types into a field of many records means to set it. */

document.addEventListener("input", ({ target }) => {
  const row = target.closest(".bulk-field");
  if (row && target.name !== "set") row.querySelector("[name=set]").checked = true;
});
