/* Opens #dialog when htmx has filled it, closes it by [data-close], the backdrop or a deed that succeeded. */

const dialog = document.getElementById("dialog");
let opener = "";

document.addEventListener("htmx:after:swap", ({ detail, target }) => {
  const inDialog = (detail.ctx?.target ?? target) === dialog;
  if (inDialog && !dialog.open) {
    opener = document.activeElement?.id ?? "";
    dialog.showModal();
  } else if (!inDialog && detail.ctx?.sourceElement?.matches("[data-closes]")) {
    dialog.close();
  }
});

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
