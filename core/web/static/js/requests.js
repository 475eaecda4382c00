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
  const header = (name) => (detail.xhr ? answer.getResponseHeader(name) : answer.headers.get(name));
  if (header("HX-Trigger")) return;
  toast(sentence(answer.status), header("X-Request-Id"));
});

on(["htmx:sendError", "htmx:timeout", "htmx:error"], ({ detail }) => {
  if (detail.ctx?.response?.status >= 400) return;
  toast(document.getElementById("toasts")?.dataset.offline);
});
