/* The form that asks about access: another list has other records and fields; its link is copied. */

const list = document.querySelector("[data-asks-anew]");
list?.addEventListener("change", () => {
  for (const name of ["record", "field"]) list.form.elements[name]?.remove();
  list.form.submit();
});

const copy = document.querySelector("[data-copy-address]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", () => navigator.clipboard.writeText(window.location.href));
}
