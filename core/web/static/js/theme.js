/* Sets light or dark before the first paint; "auto" follows the system. Blocking, so no page flashes. */
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  if (kept) root.dataset.theme = kept;
  const show = () => {
    const chosen = root.dataset.theme;
    const auto = dark.matches ? "dark" : "light";
    root.dataset.bsTheme = chosen === "light" || chosen === "dark" ? chosen : auto;
  };
  show();
  dark.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    root.dataset.theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
    show();
  });
})();
