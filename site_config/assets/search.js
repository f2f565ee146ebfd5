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

  /* Shows results in a list, some at a time; asked again, the older answer is dropped. Until a candidate has been
     compared nobody knows whether it is a hit, so none are said to be there only when none is left to compare. */
  const WAVE = 24; // candidates fetched at once, at most
  const lister = (list, status, more, compared = () => {}) => {
    let turn = 0;
    let isFresh = false; // whether what stands in the list are hits of the last question
    const say = (said, isBusy = false) => {
      status.setAttribute("aria-busy", isBusy); // what goes on is not read out, only how it ends
      status.textContent = said;
    };
    const told = ({ found, ids, next }, isFull) => {
      const [shown, left] = [list.children.length, ids.length - next];
      if (!left) return shown ? `${shown} 条` : "没有找到";
      if (!isFull) return `已查 ${next} 份，找到 ${shown} 条，还有 ${left} 份没有查`;
      return `${found.rough ? "至多 " : ""}${shown + left} 条`;
    };
    /* Compares candidates from ``asked.next`` on until ``count`` more are shown, ``most`` compared or none is left;
       false where something else was asked meanwhile. */
    const fill = async (asked, count, most) => {
      const { found, ids } = asked;
      let [good, tried] = [0, 0];
      while (good < count && tried < most && asked.next < ids.length) {
        const wanted = Math.max(count - good, tried - good); // the more in vain, the more at once
        const due = Math.min(WAVE, most - tried, wanted);
        const views = ids.slice(asked.next, asked.next + due).map((id) => shown(found, id));
        for (const one of views) one.catch(() => {}); // the first that fails is told of, the others are not missed
        for (const one of views) {
          if (good === count) break;
          const view = await one; // each is shown as soon as it and those before it were compared
          if (asked.turn !== turn) return false;
          if (!asked.next) {
            list.replaceChildren();
            isFresh = true;
            say("正在查…", true); // what stood there counted the hits of another question
          }
          asked.next++;
          tried++;
          if (!view) continue;
          good++;
          list.append(item(found, view));
        }
        const left = ids.length - asked.next;
        if (good < count && left) say(`已查 ${asked.next} 份，找到 ${list.children.length} 条，还有 ${left} 份在查…`, true);
      }
      compared(found);
      say(told(asked, good === count));
      return true;
    };
    const offer = (asked, count) => {
      more.replaceChildren();
      if (asked.next >= asked.ids.length) return;
      const button = make("button", "md-button nb-more", "更多");
      button.type = "button";
      let isGoing = false;
      button.addEventListener("click", async () => {
        if (isGoing) return;
        isGoing = true;
        const before = list.children.length;
        try {
          if (!(await fill(asked, count, Infinity))) return;
          (list.children[before] ?? list.lastElementChild)?.querySelector("a")?.focus();
        } catch {
          if (asked.turn !== turn) return;
          say(FAILED);
        }
        offer(asked, count);
      });
      more.append(button);
    };
    const show = async (found, ids, count, most = Infinity) => {
      const asked = { found, ids, next: 0, turn: ++turn };
      isFresh = !ids.length;
      more?.replaceChildren();
      if (!ids.length) list.replaceChildren();
      if ((await fill(asked, count, most)) && more) offer(asked, count);
    };
    const stop = () => turn++;
    /* Something else was asked: what stands there is the answer to what was asked before, and counts no longer. */
    const wait = () => {
      turn++;
      more?.replaceChildren();
      say("正在查…", true);
    };
    /* It broke off: the hits that are there stay, those of another question do not. */
    const fail = (said) => {
      turn++;
      if (!isFresh) list.replaceChildren();
      more?.replaceChildren();
      say(said);
    };
    const clear = (said) => {
      turn++;
      list.replaceChildren();
      more?.replaceChildren();
      say(said);
    };
    return { show, clear, fail, stop, wait };
  };
  const MOST_IN_BOX = 400; // candidates compared while somebody types; the page of its own goes on to the last
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
    let asked = null;
    const run = async () => {
      const query = input.value.trim();
      if (query === asked) return;
      asked = query;
      let isShowing = false;
      rest.replaceChildren();
      if (!query) return lines.clear(hint);
      lines.wait();
      try {
        const found = await find(query);
        if (asked !== query) return;
        if (!found.words.length) return lines.clear("请输入字、数字或字母");
        if (found.ids.length) {
          const all = make("a", "nb-found-link", "全部结果和筛选");
          all.href = addressOf(query).href;
          rest.replaceChildren(all);
        }
        isShowing = true;
        await lines.show(found, found.ids, 8, MOST_IN_BOX);
      } catch {
        if (asked !== query) return; // the answer to another question may still come
        isShowing ? lines.fail(FAILED) : lines.clear(FAILED);
        asked = null; // the same may be asked again
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
    toggle.addEventListener("change", () => {
      if (!toggle.checked) return lines.stop(), (asked = null);
      if (document.activeElement !== input) input.focus();
      run();
    });
    /* Letter by letter, more may follow; words from an input method or the clipboard come whole. */
    const soon = (wait) => {
      clearTimeout(timer);
      timer = setTimeout(run, wait);
    };
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      soon(event.inputType === "insertFromPaste" || event.data?.length > 1 ? 0 : 100);
    });
    input.addEventListener("compositionend", () => soon(0));
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
      let isShowing = false;
      const url = addressOf(query, chosen);
      history[isStep && url.href !== location.href ? "pushState" : "replaceState"](null, "", url);
      document.title = document.title.replace(/^(.*? · )?搜索/, query ? `${query} · 搜索` : "搜索");
      lines.wait();
      try {
        const found = await find(query);
        if (mine !== turn) return;
        if (query && !found.words.length) return lines.clear("请输入字、数字或字母");
        offer(found);
        const ids = narrowed(found, chosen);
        if (!query && FACETS.every((facet) => !chosen[facet])) return lines.clear("输入要找的字，或者在上面选地区、年度");
        isShowing = true;
        await lines.show(found, ids, 10);
      } catch {
        if (mine === turn) isShowing ? lines.fail(FAILED) : lines.clear(FAILED);
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
