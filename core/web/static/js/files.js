/* Files that are sent by the form of their panel: chosen, dropped on it, or taken by the camera. */

for (const form of document.querySelectorAll("[data-files]")) {
  const input = form.querySelector("input[name=file]");
  const camera = form.querySelector("[data-camera]");

  const send = (files) => {
    if (!files.length) return;
    input.files = files;
    form.requestSubmit();
  };

  /* One button in our words in the place of the browser's own: it chooses, and what is chosen goes. */
  input.classList.add("visually-hidden");
  input.tabIndex = -1;
  form.querySelector("[data-choose]").addEventListener("click", (event) => {
    if (input.files.length) return;
    event.preventDefault();
    input.click();
  });
  input.addEventListener("change", () => send(input.files));

  if (camera && window.matchMedia("(pointer: coarse)").matches) camera.parentElement.hidden = false;
  camera?.addEventListener("change", () => send(camera.files));

  const panel = form.parentElement;
  const over = (event, is) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("is-over", is);
  };
  panel.addEventListener("dragover", (event) => over(event, true));
  panel.addEventListener("dragleave", (event) => over(event, false));
  panel.addEventListener("drop", (event) => {
    over(event, false);
    send(event.dataTransfer.files);
  });

  /* Before it is sent, not after minutes on a telephone. */
  form.addEventListener("submit", (event) => {
    const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
    if (size <= Number(form.dataset.limit)) return;
    event.preventDefault();
    event.stopPropagation();
    document.dispatchEvent(new CustomEvent("toast", { detail: { level: "warn", text: form.dataset.large } }));
  });
}
