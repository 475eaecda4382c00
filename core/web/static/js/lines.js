/* Lines of a form come and go without asking the server; the pattern of a line is in a <template>. */

const numbers = (box) =>
  [...box.querySelectorAll("tbody [data-line] [name]")].map((input) => Number(input.name.split("-")[1])).filter(Number.isInteger);

const addLine = (box, number) => {
  const body = box.querySelector("tbody");
  const line = box.querySelector("template").content.cloneNode(true);
  for (const element of line.querySelectorAll("[name], [id], [value]")) {
    for (const name of ["name", "id", "value"]) {
      const text = element.getAttribute(name);
      if (text?.includes("-N")) element.setAttribute(name, text.replace("-N", `-${number}`));
    }
  }
  body.append(line);
  body.lastElementChild.dispatchEvent(new CustomEvent("line:added", { bubbles: true }));
  return body.lastElementChild;
};

const next = (box) => Math.max(-1, ...numbers(box)) + 1;

const changed = (box) => box.dispatchEvent(new Event("input", { bubbles: true }));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-line], [data-remove-line]");
  const box = button?.closest("[data-lines]");
  if (!box) return;
  event.preventDefault();
  if (button.matches("[data-add-line]")) {
    const line = addLine(box, next(box));
    (line.querySelector("input:not([type=hidden]), textarea") ?? line.querySelector("select")).focus();
  } else {
    button.closest("[data-line]").remove();
    box.querySelector("[data-add-line]").focus();
  }
  changed(box);
});

/* A draft that comes back brings its lines. */
document.addEventListener("line:wanted", ({ target, detail }) => addLine(target, detail));
