/* Every htmx request carries the CSRF token; a request that fails says so in a toast. */

const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";

const sentence = (status) => {
  const said = document.getElementById("toasts")?.dataset ?? {};
  if (status === 403) return said.refused;
  if (status === 404 || status === 410) return said.gone;
  if (status === 429 || status === 503) return said.busy;
  return said.failed;
};

const toast = (text, reference) => {
  document.dispatchEvent(new CustomEvent("toast", { detail: { level: "bad", text, reference } }));
};

document.addEventListener("htmx:config:request", ({ detail }) => {
  detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:response:error", ({ detail }) => {
  const { status } = detail.ctx.response;
  if (status === 401) {
    window.location.reload();
    return;
  }
  /* The error page says what happened and which number to quote. */
  const page = new DOMParser().parseFromString(detail.ctx.text ?? "", "text/html");
  const said = (mark) => page.querySelector(`[${mark}]`)?.textContent.trim();
  const title = status >= 500 && said("data-title") ? `${said("data-title")}. ` : "";
  toast(title + (said("data-said") || sentence(status)), said("data-reference"));
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.response?.status >= 400) return;
  toast(document.getElementById("toasts")?.dataset.offline);
});
