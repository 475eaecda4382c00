/* Every htmx request carries the CSRF token; a request that fails says so in a toast. */

const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";

/* htmx 2 and 4 name their events differently; both are listened to. */
const on = (names, act) => names.forEach((name) => document.addEventListener(name, act));

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

on(["htmx:configRequest", "htmx:config:request"], ({ detail }) => {
  (detail.headers ?? detail.ctx.request.headers)["X-CSRFToken"] = token;
});

on(["htmx:responseError", "htmx:response:error"], ({ detail }) => {
  const answer = detail.xhr ?? detail.ctx.response;
  if (answer.status === 401) {
    window.location.reload();
    return;
  }
  /* The error page says what happened and which number to quote. */
  const page = new DOMParser().parseFromString(detail.xhr?.responseText ?? detail.ctx.text ?? "", "text/html");
  const said = (mark) => page.querySelector(`[${mark}]`)?.textContent.trim();
  const title = answer.status >= 500 && said("data-title") ? `${said("data-title")}. ` : "";
  toast(title + (said("data-said") || sentence(answer.status)), said("data-reference"));
});

on(["htmx:sendError", "htmx:timeout", "htmx:error"], ({ detail }) => {
  if (detail.ctx?.response?.status >= 400) return;
  toast(document.getElementById("toasts")?.dataset.offline);
});
