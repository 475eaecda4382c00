/* Opens #dialog when htmx has filled it, closes it by [data-close], the backdrop or a deed that succeeded. */

const dialog = document.getElementById("dialog");
let opener = "";

/* htmx 2 and 4 keep these in different places. */
const targetOf = ({ detail, target }) => detail.target ?? detail.ctx?.target ?? target;
const sourceOf = ({ detail }) => detail.requestConfig?.elt ?? detail.ctx?.sourceElement;

for (const name of ["htmx:afterSwap", "htmx:after:swap"]) {
  document.addEventListener(name, (event) => {
    const inDialog = targetOf(event) === dialog;
    if (inDialog && !dialog.open) {
      opener = document.activeElement?.id ?? "";
      dialog.showModal();
    } else if (!inDialog && sourceOf(event)?.matches("[data-closes]")) {
      dialog.close();
    }
  });
}

/* The opener may have been replaced by the deed; its successor has the same id. */
dialog?.addEventListener("close", () => {
  dialog.replaceChildren();
  document.getElementById(opener)?.focus();
});

document.addEventListener("click", (event) => {
  const box = event.target.closest("dialog");
  if (!box) return;
  if (event.target === box || event.target.closest("[data-close]")) {
    event.preventDefault();
    box.close();
  }
});
