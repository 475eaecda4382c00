/* Cards are dragged to lanes, records to days; what a drop means is sent by the form that is there for it. */

let moved = "";

const goesTo = (card, lane) => card.querySelector(`.bcard-move [name=to][value="${CSS.escape(lane.dataset.lane)}"]`);

const put = (to, _from, card) => to.el === card.closest("[data-lane]") || Boolean(goesTo(card, to.el));

const drop = ({ item, to, from }) => {
  if (to === from) return;
  moved = item.dataset.card;
  goesTo(item, to).click();
};

const putOn = ({ item, to, from }) => {
  if (to === from) return;
  const form = document.querySelector(".cal-move");
  moved = item.dataset.record.split("-")[0];
  form.elements.record.value = item.dataset.record;
  form.elements.day.value = to.dataset.day;
  form.requestSubmit();
};

/* A finger scrolls the page and uses the button of the card. */
const begin = () => {
  if (!window.matchMedia("(pointer: fine)").matches) return;
  for (const lane of document.querySelectorAll("[data-lane]:not([data-drags])")) {
    lane.dataset.drags = "";
    window.Sortable.create(lane, { group: { name: "board", put }, draggable: ".can-move", filter: ".bcard-move", preventOnFilter: false, sort: false, animation: 0, onEnd: drop });
  }
  if (!document.querySelector(".cal-move")) return;
  for (const day of document.querySelectorAll("[data-day]:not([data-drags])")) {
    day.dataset.drags = "";
    window.Sortable.create(day, { group: "calendar", draggable: "[data-record]", sort: false, animation: 0, onEnd: putOn });
  }
};

document.addEventListener("submit", (event) => {
  if (event.target.matches(".bcard-move")) moved = event.target.closest("[data-card]").dataset.card;
  if (event.target.matches(".cal-move")) moved = event.target.elements.record.value.split("-")[0];
});

document.addEventListener("htmx:after:swap", () => {
  begin();
  if (moved) document.getElementById(`card-${moved}`)?.focus();
  moved = "";
});

/* A question has a page of its own; all else is said by a toast, and the board shows how things stand. */
document.addEventListener("htmx:response:error", ({ detail }) => {
  const form = detail.ctx.sourceElement;
  if (!form?.matches(".bcard-move, .cal-move")) return;
  if (detail.ctx.response.status === 422) {
    const to = document.createElement("input");
    Object.assign(to, { type: "hidden", name: "to", value: form.dataset.to });
    form.append(to);
    form.submit();
  } else {
    window.htmx.ajax("GET", window.location.href, { target: "#list-body", headers: { "HX-Request": "true" } });
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".bcard-move [name=to]");
  if (button) button.form.dataset.to = button.value;
});

begin();
