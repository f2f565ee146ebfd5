/* What the theme keeps of a reader's choices, under the names that its own script asks for, and the choice between light
   and dark carried out before the page is drawn. Instead of the theme's inline scripts: no page has one. */
(() => {
  "use strict";
  const root = new URL("..", document.currentScript.src);
  const key = (name, scope) => `${scope.pathname}.${name}`;
  window.__md_scope = root;
  window.__md_hash = (text) => [...text].reduce((sum, letter) => ((sum << 5) - sum + letter.charCodeAt(0)) | 0, 0);
  window.__md_get = (name, store = localStorage, scope = root) => {
    try {
      return JSON.parse(store.getItem(key(name, scope)));
    } catch {
      return null; // no storage, or something else in it
    }
  };
  window.__md_set = (name, value, store = localStorage, scope = root) => {
    try {
      store.setItem(key(name, scope), JSON.stringify(value));
    } catch {
      /* not kept */
    }
  };
  const chosen = window.__md_get("__palette")?.color;
  for (const part of ["scheme", "primary", "accent"])
    if (typeof chosen?.[part] === "string") document.body.setAttribute(`data-md-color-${part}`, chosen[part]);
})();
