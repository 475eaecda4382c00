/* Shows what a "toast" event says ({level, text, reference}) and lets every toast go after ten seconds. */

const life = 10000;
const region = () => document.getElementById("toasts");

const build = ({ level = "ok", text, reference }) => {
  const box = document.createElement("div");
  box.className = `toastx is-${level}`;
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  if (reference) {
    const number = document.createElement("span");
    number.className = "tiny d-block";
    number.textContent = `${region().dataset.number} ${reference}`;
    words.append(number);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-icon btn-sm";
  close.dataset.dismiss = "";
  close.ariaLabel = region().dataset.close;
  close.textContent = "×";
  box.append(words, close);
  return box;
};

/* What holds a number to quote, or a way back, stays until it is closed. */
const expire = (box) => {
  if (box.dataset.timed || box.matches(".is-bad, :has(form)")) return;
  box.dataset.timed = "yes";
  window.setTimeout(() => {
    if (box.matches(":hover, :focus-within")) {
      delete box.dataset.timed;
      box.addEventListener("mouseleave", () => expire(box), { once: true });
    } else {
      box.remove();
    }
  }, life);
};

const expireAll = () => region()?.querySelectorAll(".toastx").forEach(expire);

document.addEventListener("toast", ({ detail }) => {
  if (!region() || !detail?.text) return;
  const box = build(detail);
  region().append(box);
  expire(box);
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toastx")?.remove();
});

document.addEventListener("htmx:after:swap", expireAll);
expireAll();
