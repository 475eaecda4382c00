/* Narrows the cards of the addons by what is typed and by the chosen chip. */

const bar = document.getElementById("apps-bar");
const field = document.getElementById("search");
const none = document.getElementById("apps-none");
const chips = [...bar.querySelectorAll("[data-group]")];
let group = "";

const cards = () => [...document.querySelectorAll("#apps > article")];
const plain = (text) => text.toLowerCase().replace(/[ʻʼ'‘’`]/g, "");
const belongs = (card, name) => !name || card.dataset.group.split(" ").includes(name);

const narrow = () => {
  const wanted = plain(field.value.trim());
  for (const card of cards()) card.hidden = !(belongs(card, group) && plain(card.textContent).includes(wanted));
  none.hidden = cards().some((card) => !card.hidden);
  for (const chip of chips) {
    const chosen = chip.dataset.group === group;
    const count = cards().filter((card) => belongs(card, chip.dataset.group)).length;
    chip.querySelector(".num").textContent = count;
    chip.hidden = !count && !chosen;
    chip.classList.toggle("on", chosen);
    chip.setAttribute("aria-pressed", String(chosen));
  }
};

bar.hidden = false;
field.addEventListener("input", narrow);
bar.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-group]");
  if (!chip) return;
  group = chip.dataset.group;
  narrow();
});
document.addEventListener("htmx:after:settle", narrow);
narrow();
