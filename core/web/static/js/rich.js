/* Formatted texts: Trix is loaded where a form has one, and writes into the textarea that is sent. */

const script = document.getElementById("rich-script");
const areas = [...document.querySelectorAll("textarea[data-rich]")];

/* Trix adds <style> elements, which the policy forbids: ours hold what is in them. */
const head = document.head;
const insert = head.insertBefore;
head.insertBefore = (node, before) => (node.matches?.("style[data-tag-name]") ? node : insert.call(head, node, before));

const load = () => new Promise((done, fail) => {
  const made = document.createElement("script");
  made.src = script.dataset.trix;
  made.addEventListener("load", done);
  made.addEventListener("error", fail);
  head.append(made);
});

/* A draft that came back stands in the area already. */
const begun = (area) => (area.value === area.defaultValue || !area.value.includes("<") ? area.dataset.rich : area.value);

const dress = (area) => {
  const label = document.querySelector(`label[for="${area.id}"]`);
  const held = Object.assign(document.createElement("input"), { type: "hidden", id: `${area.id}-html`, value: begun(area) });
  const editor = document.createElement("trix-editor");
  editor.className = area.className;
  editor.setAttribute("input", held.id);
  editor.setAttribute("role", "textbox");
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-label", label.textContent.trim());
  if (area.hasAttribute("aria-describedby")) editor.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  let html;
  editor.addEventListener("trix-initialize", () => { html = held.value; });
  editor.addEventListener("trix-change", () => {
    if (html === undefined || held.value === html) return;
    html = held.value;
    area.value = html;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  editor.addEventListener("trix-file-accept", (event) => event.preventDefault());
  label.addEventListener("click", () => editor.focus());
  area.focus = () => editor.focus();
  area.hidden = true;
  area.after(held, editor);
};

await load();
Object.assign(window.Trix.config.lang, JSON.parse(script.dataset.words));
for (const area of areas) dress(area);
