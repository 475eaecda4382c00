/* Keys: "/" searches, [data-shortcut] elements answer to their keys ("g c"), "?" lists them all. */

const help = document.getElementById("help");
const wait = 1200;
let typed = "";
let timer = 0;

const targets = () => [...document.querySelectorAll("[data-shortcut]")];

const typing = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || element.matches("input, select, textarea"));

const focusSearch = () => {
  const field = document.getElementById("search");
  if (!field || field.offsetParent === null) return false;
  field.focus();
  field.select?.();
  return true;
};

const showHelp = () => {
  const list = help.querySelector(".keys");
  list.querySelectorAll("[data-row]").forEach((row) => row.remove());
  for (const element of targets()) {
    const term = document.createElement("dt");
    const words = document.createElement("dd");
    for (const key of element.dataset.shortcut.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap, " ");
    }
    words.textContent = [...element.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("").trim();
    term.dataset.row = words.dataset.row = "";
    list.append(term, words);
  }
  help.showModal();
};

const follow = (key) => {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => { typed = ""; }, wait);
  typed = typed ? `${typed} ${key}` : key;
  let found = targets().find((element) => element.dataset.shortcut === typed);
  if (!found && !targets().some((element) => element.dataset.shortcut.startsWith(`${typed} `))) {
    typed = key;
    found = targets().find((element) => element.dataset.shortcut === key);
  }
  if (!found) return false;
  typed = "";
  found.click();
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("input[type=search]")) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?" && help) showHelp();
  else if (event.key === "/" && focusSearch()) typed = "";
  else if (event.key.length !== 1 || !follow(event.key)) return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]") && help) showHelp();
});
