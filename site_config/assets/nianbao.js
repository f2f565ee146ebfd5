/* Charts: drawn when they scroll into view, in the colours of the palette in use. Without this script the tables stand. */
(() => {
  "use strict";
  const here = document.currentScript.src;
  let plotly;

  /* plotly.js is large: it is fetched once, and only by a reader who reaches a chart. */
  const load = () =>
    (plotly ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("plotly.min.js", here).href;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.js"));
      document.head.append(script);
    }));

  const colours = () => {
    const style = getComputedStyle(document.body);
    const text = style.getPropertyValue("--md-default-fg-color").trim() || style.color;
    const line = style.getPropertyValue("--md-default-fg-color--lightest").trim() || "#8884";
    return {
      font: { color: text, family: style.fontFamily },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      "xaxis.linecolor": line,
      "yaxis.gridcolor": line,
      "yaxis.zerolinecolor": line,
    };
  };

  const draw = async (element) => {
    const figure = JSON.parse(element.dataset.figure);
    try {
      const Plotly = await load();
      element.hidden = false;
      await Plotly.newPlot(element, figure.data, figure.layout, {
        displayModeBar: false,
        displaylogo: false,
        responsive: true,
      });
      await Plotly.relayout(element, colours());
      element.dataset.drawn = "true";
    } catch {
      element.hidden = true; // the table below holds the same numbers
    }
  };

  const start = () => {
    const charts = [...document.querySelectorAll(".nb-chart")];
    if (!charts.length) return;
    /* A hidden element never comes into view: its figure, which holds it, is watched instead. */
    const seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          seen.unobserve(entry.target);
          draw(entry.target.querySelector(".nb-chart"));
        }
      },
      { rootMargin: "200px" },
    );
    for (const chart of charts) seen.observe(chart.parentElement);
    new MutationObserver(() => {
      for (const chart of charts) if (chart.dataset.drawn) window.Plotly.relayout(chart, colours());
    }).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

/* A finding that is opened, by its link or its address (#f-…), marks the cells on both sides in the tables. A cell that
   a finding on another year leads to (?cell=table-row-column, counted from 0) is framed when the page opens. */
(() => {
  "use strict";
  const KINDS = { left: "nb-left", right: "nb-right", suspect: "nb-suspect", cited: "nb-cited" };

  const cellAt = (mark) => {
    const [table, row, column] = mark.split(":");
    const body = document.querySelector(`table.nb-${CSS.escape(table)} > tbody`);
    const cells = body?.rows[Number(row)]?.querySelectorAll("td");
    return cells?.[Number(column)];
  };

  const show = () => {
    for (const name of Object.values(KINDS))
      for (const cell of document.querySelectorAll(`td.${name}`)) cell.classList.remove(name);
    const id = decodeURIComponent(location.hash.slice(1));
    const link = id.startsWith("f-") && document.getElementById(id)?.querySelector(".nb-show");
    const cited = !link && new URLSearchParams(location.search).get("cell")?.replaceAll("-", ":");
    if (cited) cellAt(cited)?.classList.add(KINDS.cited);
    if (!link && !cited) return;
    for (const [side, name] of Object.entries(KINDS))
      for (const mark of (link?.dataset[side] || "").split(" ").filter(Boolean)) cellAt(mark)?.classList.add(name);
    /* The address is the finding's, which stands below its table: bring the cells into view instead. */
    const first = document.querySelector("td.nb-suspect, td.nb-left, td.nb-right, td.nb-cited");
    requestAnimationFrame(() => first?.scrollIntoView({ block: "center", inline: "nearest" }));
  };

  const start = () => {
    if (!document.querySelector(".nb-show") && !location.search.includes("cell=")) return;
    addEventListener("hashchange", show);
    /* A second click on the same link changes no address. */
    document.addEventListener("click", (event) => {
      if (event.target.closest?.(".nb-show")) setTimeout(show);
    });
    show();
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
