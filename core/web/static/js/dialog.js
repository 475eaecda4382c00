/* Opens #dialog when htmx has filled it, closes it by [data-close], the backdrop or a deed that succeeded. */

const dialog = document.getElementById("dialog");
let opener = "";

const target = ({ detail, target: element }) => detail.target ?? detail.ctx?.target ?? element;

for (const name of ["htmx:afterSwap", "htmx:after:swap"]) {
  document.addEventListener(name, (event) => {
    const filled = target(event);
    if (filled === dialog && !dialog.open) {
      opener = document.activeElement?.id ?? "";
      dialog.showModal();
    } else if (filled !== dialog && dialog?.open && dialog.querySelector("[data-closes]")) {
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
