/* What a page says once and shows twice: the links of the tabs in the drawer of narrow screens, the headings in the table
   of contents, a heading's own address beside it. This runs before the theme's script looks at them. */
(() => {
  "use strict";
  const make = (name, className, content) => Object.assign(document.createElement(name), { className, textContent: content });
  const entry = (address, words, current) => {
    const item = make("li", "md-nav__item", "");
    const link = make("a", current ? "md-nav__link md-nav__link--active" : "md-nav__link", words);
    link.setAttribute("href", address);
    item.append(link);
    return item;
  };

  const drawer = document.querySelector(".md-nav--primary > .md-nav__list");
  for (const tab of document.querySelectorAll(".md-tabs__list a"))
    drawer?.append(entry(tab.getAttribute("href"), tab.textContent, tab.ariaCurrent));

  const heading = document.querySelector(".md-nav__title[for=__drawer]");
  if (heading) heading.textContent = document.querySelector(".md-header__topic").textContent;

  const contents = document.querySelector("[data-md-component=toc]");
  let above;
  for (const heading of document.querySelectorAll("article > :is(h1, h2, h3)[id]")) {
    const address = `#${heading.id}`;
    const item = entry(address, heading.textContent);
    if (heading.tagName === "H2") contents?.append((above = item));
    else if (heading.tagName === "H3" && above) {
      if (above.lastChild.tagName !== "UL") above.append(make("ul", "md-nav__list", ""));
      above.lastChild.append(item);
    }
    const here = make("a", "headerlink", "¶");
    here.href = address;
    here.title = "本节链接";
    heading.append(here);
  }
  /* The theme hides nothing by itself: a page without headings needs no empty list. */
  if (!contents?.children.length) contents?.parentElement.remove();
})();

/* Narrow screens: what is closed takes no keyboard focus (nianbao.css), so the labels that open it do, as buttons. */
(() => {
  "use strict";
  for (const [id, words] of Object.entries({ __drawer: "菜单", __search: "搜索" })) {
    const toggle = document.getElementById(id);
    const label = document.querySelector(`.md-header__button[for=${id}]`);
    if (!toggle || !label) continue;
    const tell = () => label.setAttribute("aria-expanded", String(toggle.checked));
    label.tabIndex = 0;
    label.setAttribute("role", "button");
    label.setAttribute("aria-label", words);
    tell();
    toggle.addEventListener("change", tell);
    label.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle.click();
      if (id === "__drawer" && toggle.checked) document.querySelector(".md-nav--primary a")?.focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || id !== "__drawer" || !toggle.checked) return;
      toggle.click();
      label.focus();
    });
  }
})();

/* Charts: drawn when they scroll into view, from the page's figures and the shared definitions of charts.json, in the
   colours of the palette in use. Until then, and without this script, a small picture stands there, and the table. */
(() => {
  "use strict";
  const here = document.currentScript.src;
  const beside = (name) => new URL(name, here).href;
  let needed;

  /* plotly.js is large: it is fetched once, and only by a reader who reaches a chart. */
  const library = () =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = beside("plotly.min.js");
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.js"));
      document.head.append(script);
    });
  const definitions = async () => {
    const answer = await fetch(beside("charts.json"));
    if (!answer.ok) throw new Error("charts.json");
    return answer.json();
  };
  const load = () => (needed ??= Promise.all([library(), definitions()]));

  /* "96 121,3511 -" is two series of two years; "-" is no figure. */
  const figures = (line) => line.split(" ").map((word) => (word === "-" ? null : Number(word)));

  const scheme = () => (document.body.dataset.mdColorScheme === "slate" ? "dark" : "light");

  const figure = ({ dataset }, shared) => {
    const { data, layout } = shared.kinds[dataset.chart];
    const series = dataset.values.split(",").map(figures);
    const years = series[0].map((_, i) => String(Number(dataset.from) + i));
    const doubted = new Set((dataset.doubts || "").split(" "));
    return {
      data: data.map((trace, i) => ({ ...trace, x: years, y: series[i] })),
      layout: {
        ...layout,
        ...(years.length <= shared.few.years && { bargap: shared.few.bargap }),
        xaxis: {
          ...layout.xaxis,
          tickvals: years,
          ticktext: years.map((year) => year + (doubted.has(year) ? shared.doubtful.mark : "")),
        },
        font: { family: getComputedStyle(document.body).fontFamily },
        template: shared.templates[scheme()],
      },
    };
  };

  const draw = async (element) => {
    try {
      const [Plotly, shared] = await load();
      const { data, layout } = figure(element, shared);
      const colours = scheme();
      const drawn = element.querySelector(".nb-drawn") || document.createElement("div");
      drawn.className = "nb-drawn";
      const picture = element.querySelector(":scope > svg");
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", picture.getAttribute("aria-label"));
      element.classList.add("nb-live"); // hides the picture, which stays for paper: what is drawn has the screen's width
      element.append(drawn);
      await Plotly.react(drawn, data, layout, shared.config);
      element.dataset.drawn = "true";
      if (colours !== scheme()) await draw(element); // the palette was switched meanwhile
    } catch {
      /* The picture is there, and the table below holds the same figures. */
      element.querySelector(".nb-drawn")?.remove();
      element.classList.remove("nb-live");
    }
  };

  const start = () => {
    const charts = [...document.querySelectorAll(".nb-chart")];
    if (!charts.length) return;
    const seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          seen.unobserve(entry.target);
          draw(entry.target);
        }
      },
      { rootMargin: "200px" },
    );
    for (const chart of charts) seen.observe(chart);
    new MutationObserver(() => {
      for (const chart of charts) if (chart.dataset.drawn) draw(chart);
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

  /* "requests 3c0 3c1": a table, then rows and columns of figures, counted from 0. */
  const cells = function* (marks) {
    let body;
    for (const word of marks.split(" ").filter(Boolean)) {
      const place = /^(\d+)c(\d+)$/.exec(word);
      if (!place) body = document.querySelector(`table.nb-${CSS.escape(word)} > tbody`);
      else yield body?.rows[Number(place[1])]?.querySelectorAll("td")[Number(place[2])];
    }
  };

  const show = () => {
    for (const name of Object.values(KINDS))
      for (const cell of document.querySelectorAll(`td.${name}`)) cell.classList.remove(name);
    const id = decodeURIComponent(location.hash.slice(1));
    const cited = new URLSearchParams(location.search).get("cell")?.match(/^([a-z]+)-(\d+)-(\d+)$/);
    if (cited && !id.startsWith("f-"))
      for (const cell of cells(`${cited[1]} ${cited[2]}c${cited[3]}`)) cell?.classList.add(KINDS.cited);
    else if (!id.startsWith("f-")) return;
    const opened = document.getElementById(id);
    /* What could not be checked is listed together. */
    const unsettled = !opened && id.startsWith("f-") && document.getElementById("unsettled");
    if (unsettled) {
      unsettled.open = true;
      unsettled.scrollIntoView();
    }
    const link = id.startsWith("f-") && opened?.querySelector(".nb-show");
    if (!link && !cited) return;
    for (const [side, name] of Object.entries(KINDS))
      for (const cell of cells((link && link.dataset[side]) || "")) cell?.classList.add(name);
    /* The address is the finding's, which stands below its table: bring the cells into view instead. */
    const first = document.querySelector("td.nb-suspect, td.nb-left, td.nb-right, td.nb-cited");
    requestAnimationFrame(() => first?.scrollIntoView({ block: "center", inline: "nearest" }));
  };

  const start = () => {
    if (!document.querySelector(".nb-show, #unsettled") && !location.search.includes("cell=")) return;
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

/* A table that is wider than its frame scrolls: then the frame can be reached with the keyboard and says what it is. */
(() => {
  "use strict";
  const name = (frame) => {
    const table = frame.querySelector("table");
    const caption = table?.caption?.textContent;
    if (caption) return caption;
    let before = (frame.closest("figure") || frame).previousElementSibling;
    while (before && !/^H[1-6]$/.test(before.tagName)) before = before.previousElementSibling;
    return before?.firstChild?.textContent || "表格";
  };
  const mark = (frame) => {
    const wide = frame.scrollWidth > frame.clientWidth;
    if (wide === frame.hasAttribute("tabindex")) return;
    if (wide) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", name(frame));
    } else for (const attribute of ["tabindex", "role", "aria-label"]) frame.removeAttribute(attribute);
  };
  const start = () => {
    const sizes = new ResizeObserver((entries) => entries.forEach((entry) => mark(entry.target)));
    for (const frame of document.querySelectorAll(".nb-scroll")) sizes.observe(frame);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
