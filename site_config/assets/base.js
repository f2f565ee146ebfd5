/* What the theme's own script expects to find: where the site begins, and a memory in the browser for a choice such as
   light or dark, kept apart for each site of one origin. Named as the theme names them. */
"use strict";
window.__md_scope = new URL("../", document.currentScript.src);
window.__md_hash = (text) => {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) | 0;
  return hash;
};
window.__md_get = (key, storage = localStorage, scope = window.__md_scope) => {
  try {
    return JSON.parse(storage.getItem(`${scope.pathname}.${key}`));
  } catch {
    return null; // no memory allowed, or something else wrote there
  }
};
window.__md_set = (key, value, storage = localStorage, scope = window.__md_scope) => {
  try {
    storage.setItem(`${scope.pathname}.${key}`, JSON.stringify(value));
  } catch {
    /* no memory allowed: the choice holds for this page */
  }
};
