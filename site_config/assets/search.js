/* 搜索的前一半：页眉里的框、搜索页。数据只作为文字放进页面（textContent），从不当作 HTML。 */
(() => {
  "use strict";
  const { SITE, FACETS, warm, find, narrowed, offers, shown, passage } = window.nianbaoSearch;
  const FACET_NAMES = { kind: "类别", region: "地区", level: "层级", year: "年度", verdict: "核对结论" };

  const make = (tag, name, ...children) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...children);
    return element;
  };
  const marked = (parts) => parts.map(([text, isWord]) => (isWord ? make("mark", "", text) : text));
  const item = (found, view) => {
    const { core } = found;
    const { kind, level, region, verdict } = core.docs;
    const id = view.id;
    const link = make("a", "md-search-result__link nb-found-link");
    link.href = view.url;
    const title = passage(view.title, found);
    link.append(make("span", "nb-found-title", ...(title ? marked(title) : [view.title])));
    const facts = [core.labels.kind[kind[id]], core.regions[region[id]], core.labels.level[level[id]]].filter(Boolean);
    const line = make("span", "nb-kind", facts.join(" · "));
    if (verdict[id]) {
      const [label, sign] = core.labels.verdict[verdict[id]];
      line.append(" ", make("span", `nb-sign nb-${verdict[id]}`, `${sign} ${label}`));
    }
    link.append(line);
    if (view.passage) link.append(make("span", "nb-found-text", ...marked(view.passage)));
    return make("li", "md-search-result__item", link);
  };

  /* Shows results in a list, some at a time; asked again, the older answer is dropped. */
  const lister = (list, status, more, compared = () => {}) => {
    let turn = 0;
    const fill = async (found, ids, mine, start, count) => {
      const due = start + count;
      let [next, good] = [start, 0];
      const views = [];
      while (good < count && next < ids.length && next < due + 3 * count) {
        const part = ids.slice(next, next + count - good);
        next += part.length;
        const made = (await Promise.all(part.map((id) => shown(found, id)))).filter(Boolean);
        good += made.length;
        views.push(...made);
      }
      if (mine !== turn) return null;
      list.append(...views.map((view) => item(found, view)));
      compared(found);
      return next;
    };
    const show = async (found, ids, count) => {
      const mine = ++turn;
      const old = [...list.children];
      const next = await fill(found, ids, mine, 0, count);
      if (next === null) return;
      for (const element of old) element.remove();
      const none = !list.children.length;
      const sure = !found.rough || next >= ids.length;
      const total = sure && next >= ids.length ? list.children.length : ids.length;
      status.textContent = none ? "没有找到" : `${sure ? "" : "至多 "}${total} 条`;
      const offer = (from) => {
        more.replaceChildren();
        if (from >= ids.length) return;
        const button = make("button", "md-button nb-more", "更多");
        button.type = "button";
        button.addEventListener("click", async () => {
          const then = await fill(found, ids, turn, from, count);
          if (then === null) return;
          list.children[Math.min(from, list.children.length - 1)]?.querySelector("a")?.focus();
          offer(then);
        });
        more.append(button);
      };
      if (more) offer(next);
    };
    const clear = (said) => {
      turn++;
      list.replaceChildren();
      more?.replaceChildren();
      status.textContent = said;
    };
    return { show, clear };
  };
  const FAILED = "搜索的索引取不到，请检查网络后重试";

  const addressOf = (query, chosen = {}) => {
    const url = new URL("search/", SITE);
    if (query) url.searchParams.set("q", query);
    for (const facet of FACETS) if (chosen[facet]) url.searchParams.set(facet, chosen[facet]);
    return url;
  };

  /* The box in the header. */
  const box = () => {
    const input = document.getElementById("nb-q");
    const toggle = document.getElementById("__search");
    if (!input || !toggle) return;
    const status = document.getElementById("nb-status");
    const list = document.getElementById("nb-found");
    const hint = status.textContent;
    const rest = make("p", "nb-found-all");
    list.after(rest);
    const lines = lister(list, status, null);
    let timer;
    let asked = "";
    const run = async () => {
      const query = input.value.trim();
      if (query === asked) return;
      asked = query;
      rest.replaceChildren();
      if (!query) return lines.clear(hint);
      try {
        const found = await find(query);
        if (asked !== query) return;
        if (!found.words.length) return lines.clear("请输入字、数字或字母");
        await lines.show(found, found.ids, 8);
        if (asked !== query || !found.ids.length) return;
        const all = make("a", "nb-found-link", "全部结果和筛选");
        all.href = addressOf(query).href;
        rest.replaceChildren(all);
      } catch {
        if (asked === query) lines.clear(FAILED);
        asked = "";
      }
    };
    const open = () => {
      toggle.checked = true;
      toggle.dispatchEvent(new Event("change"));
      warm();
    };
    const close = () => {
      toggle.checked = false;
      toggle.dispatchEvent(new Event("change"));
      input.blur();
    };
    input.addEventListener("focus", () => toggle.checked || open());
    toggle.addEventListener("change", () => toggle.checked && document.activeElement !== input && input.focus());
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(run, 120);
    });
    input.addEventListener("compositionend", () => {
      clearTimeout(timer);
      timer = setTimeout(run, 120);
    });
    input.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) location.assign(addressOf(input.value.trim()));
    });
    const dialog = input.closest(".nb-search");
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return event.preventDefault(), close();
      if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
      const stops = [input, ...dialog.querySelectorAll("a.nb-found-link")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
      event.preventDefault();
    });
    dialog.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !dialog.contains(event.relatedTarget)) close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.metaKey || event.ctrlKey || event.altKey || !["/", "s", "f"].includes(event.key)) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      if (!toggle.checked) open(); // on a phone the closed box takes no focus
      input.focus();
      input.select();
    });
  };

  /* The page of its own, whose address says what is asked: /search/?q=…&year=… */
  const page = () => {
    const place = document.getElementById("nb-search-page");
    if (!place) return;
    const chosen = {};
    const input = make("input", "nb-search-input");
    Object.assign(input, { type: "search", name: "q", maxLength: 200, autocomplete: "off" });
    /* What the address asks. */
    const take = () => {
      const asked = new URLSearchParams(location.search);
      input.value = asked.get("q") || "";
      for (const facet of FACETS) chosen[facet] = asked.get(facet) || "";
    };
    take();
    input.setAttribute("aria-label", "搜索机关、正文、电话");
    const button = make("button", "md-button md-button--primary", "搜索");
    const form = make("form", "nb-search-form", input, button);
    form.setAttribute("role", "search");
    const selects = make("div", "nb-facets");
    const status = make("p", "nb-search-status");
    status.setAttribute("role", "status");
    const list = make("ol", "nb-found");
    const more = make("div", "nb-found-more");
    place.append(form, selects, status, list, more);

    const choices = FACETS.map((facet) => {
      const select = make("select", "");
      select.setAttribute("aria-label", FACET_NAMES[facet]);
      select.addEventListener("change", () => {
        chosen[facet] = select.value;
        run(true);
      });
      return [facet, select];
    });
    /* Asked anew as hits are compared: those that do not have the words after all are not counted. */
    const offer = (found) => {
      for (const [facet, select] of choices) {
        const options = offers(found, chosen, facet).map(([value, label, count, isSure]) => {
          const text = `${label}（${isSure || !count ? "" : "至多 "}${count}）`;
          return new Option(text, value, false, value === chosen[facet]);
        });
        select.replaceChildren(new Option("全部", ""), ...options);
        select.value = chosen[facet];
        select.disabled = select.options.length < 2;
        if (!select.isConnected) selects.append(make("label", "", make("span", "", FACET_NAMES[facet]), select));
      }
    };
    const lines = lister(list, status, more, offer);
    /* Each question and each choice is a step that 「后退」 undoes. */
    let turn = 0;
    const run = async (isStep) => {
      const mine = ++turn;
      const query = input.value.trim();
      const url = addressOf(query, chosen);
      history[isStep && url.href !== location.href ? "pushState" : "replaceState"](null, "", url);
      document.title = document.title.replace(/^(.*? · )?搜索/, query ? `${query} · 搜索` : "搜索");
      try {
        const found = await find(query);
        if (mine !== turn) return;
        if (query && !found.words.length) return lines.clear("请输入字、数字或字母");
        offer(found);
        const ids = narrowed(found, chosen);
        if (!query && FACETS.every((facet) => !chosen[facet])) return lines.clear("输入要找的字，或者在上面选地区、年度");
        await lines.show(found, ids, 10);
      } catch {
        if (mine === turn) lines.clear(FAILED);
      }
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(true);
    });
    addEventListener("popstate", () => {
      take();
      run(false);
    });
    run(false);
    if (!input.value) input.focus();
  };

  const start = () => {
    box();
    page();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
