/* What others change while a list is open is said above it; a press loads the list again. */

const POLL = 15000;
const strip = document.getElementById("live-strip");
let source = null;
let timer = null;
let last = "";
const changed = new Set();

const hear = (event) => {
  if (event.mine || event.model !== strip.dataset.model) return;
  changed.add(event.record);
  strip.querySelector("[data-count]").textContent = strip.dataset.text.replace("{count}", changed.size);
  strip.hidden = false;
};

const poll = async () => {
  const answer = await fetch(`/live?since=${last}`);
  if (!answer.ok) return;
  const found = await answer.json();
  last = String(found.last);
  found.events.forEach(hear);
};

const open = () => {
  if (source || timer) return;
  source = new EventSource("/live");
  source.addEventListener("message", ({ data, lastEventId }) => {
    last = lastEventId;
    hear(JSON.parse(data));
  });
  source.addEventListener("begin", ({ lastEventId }) => {
    last = lastEventId;
  });
  source.addEventListener("error", () => {
    /* A server that is full refuses for good; a stream that broke off comes again by itself. */
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    timer = setInterval(() => poll().catch(() => {}), POLL);
  });
};

const close = () => {
  source?.close();
  clearInterval(timer);
  source = timer = null;
};

if (strip) {
  open();
  /* A browser opens six connections to a server and no more: a page that nobody sees needs none. */
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else {
      if (last) poll().catch(() => {});
      open();
    }
  });
  strip.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    window.location.reload();
  });
}
