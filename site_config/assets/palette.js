/* Light or dark as chosen before, set while the page is still being read so that it never flashes in the other. */
(() => {
  "use strict";
  const colour = window.__md_get("__palette")?.color;
  if (!colour) return;
  let chosen = colour;
  if (colour.media === "(prefers-color-scheme)") {
    /* The choice was to follow the system: take what it says now. */
    const media = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const option = document.querySelector(`input[data-md-color-media="(prefers-color-scheme: ${media})"]`);
    const of = (name) => option?.getAttribute(`data-md-color-${name}`);
    chosen = { media: of("media"), scheme: of("scheme"), primary: of("primary"), accent: of("accent") };
  }
  for (const [name, value] of Object.entries(chosen))
    if (typeof value === "string") document.body.setAttribute(`data-md-color-${name}`, value);
})();
