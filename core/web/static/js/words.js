/* A text in each language: one input at a time behind a small switch; a dot marks those that are filled in. */

const dress = (box) => {
  const lines = [...box.querySelectorAll(".words-line")];
  const bar = document.createElement("div");
  bar.className = "words-switch";
  const buttons = lines.map((line) => {
    const button = document.createElement("button");
    const input = line.querySelector("input");
    button.type = "button";
    button.className = "btn btn-sm";
    button.lang = input.lang;
    button.textContent = line.querySelector("label").textContent;
    line.querySelector("label").classList.add("visually-hidden");
    const mark = () => button.classList.toggle("is-filled", input.value.trim() !== "");
    input.addEventListener("input", mark);
    mark();
    button.addEventListener("click", () => {
      open(line);
      input.focus();
    });
    return button;
  });
  const open = (chosen) => lines.forEach((line, place) => {
    line.hidden = line !== chosen;
    buttons[place].setAttribute("aria-pressed", String(line === chosen));
  });
  bar.append(...buttons);
  lines[0].before(bar);
  const spoken = document.documentElement.lang.split("-")[0];
  const begun = (line) => line.querySelector("input").value;
  open(lines.find((line) => line.querySelector("input").lang === spoken && begun(line)) ?? lines.find(begun)
    ?? lines.find((line) => line.querySelector("input").lang === spoken) ?? lines[0]);
};

for (const box of document.querySelectorAll("[data-languages]")) dress(box);
