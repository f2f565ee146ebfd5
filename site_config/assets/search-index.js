/* 搜索的后一半：按查询取来索引的几片，找出、核对、排列。索引怎样做，见 generator/search；怎样显示，见 search.js。 */
(() => {
  "use strict";
  const SITE = new URL("../", document.currentScript.src);
  const INDEX = new URL("search/", SITE);
  const BUCKETS = 2048; // the numbers of generator/search/block.py and grams.py
  const KEY_BITS = 21;
  const GROUP = 8; // entries that share what is told of single letters
  const SPREAD = 0x9e3779b1;
  const FIRST_YEAR = 2000;
  const MOST_GRAMS = 8; // looked up for a query, five for one word: what is shown is compared letter by letter anyway
  const LETTERS = Array.from({ length: 92 }, (_, i) => String.fromCharCode(i + 35)).filter((c) => c !== "\\");
  const KINDS = ["term", "agency", "region", "check", "page", "report"]; // among equals, what comes first
  const TEXT = 1;
  const NAME = 2;

  /* --- what is fetched, once ------------------------------------------------------------------------------------ */

  const fetched = new Map();
  const once = (key, load) => {
    if (!fetched.has(key))
      fetched.set(key, load().catch((error) => (fetched.delete(key), Promise.reject(error))));
    return fetched.get(key);
  };
  const get = async (url, options) => {
    const answer = await fetch(url, options);
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return answer;
  };
  const file = (path, digest) => {
    const url = new URL(path, INDEX);
    if (digest) url.searchParams.set("v", digest);
    return url;
  };
  const loadCore = () =>
    once("core", async () => {
      const core = await (await get(file("core.json"), { cache: "no-cache" })).json();
      core.starts = [];
      core.size = 0;
      for (const block of core.blocks) {
        core.starts.push(core.size);
        core.size += block[1].length;
      }
      core.docs = documents(core);
      core.letters.phone = new RegExp(core.letters.phone, "g");
      core.letters.odd = oddLetters(core.letters);
      return core;
    });
  /* Old and foreign forms of characters: only fetched where a text or a query turns out to need them. */
  const loadPairs = (core) =>
    once("pairs", async () => {
      const [from, to] = await (await get(file("letters.json", core.digest))).json();
      for (let i = 0; i < from.length; i++) core.letters.odd.set(from[i], to[i]);
      core.letters.whole = true;
    });
  const loadShard = (core, number) =>
    once(`s${number}`, async () => {
      const path = `s/${number.toString(16).padStart(3, "0")}.bin`;
      return new Uint8Array(await (await get(file(path, core.digest))).arrayBuffer());
    });
  const loadRows = (core, block, slice) =>
    once(`m${block}-${slice}`, async () => {
      const path = `m/${core.blocks[block][0]}-${slice}.json`;
      return rowsOf(await (await get(file(path, core.digest))).json());
    });
  const loadStored = (url) => once(`d${url}`, async () => (await get(new URL("data.json", url))).json());

  /* Each row says only what differs from the row before. */
  const rowsOf = (coded) => {
    let [url, title, names] = ["", "", []];
    return coded.map(([same, rest, alike, tail, told, text]) => {
      url = url.slice(0, same) + rest;
      title = title.slice(0, alike) + tail;
      names = told || names;
      return { url, title, names, text };
    });
  };

  const documents = (core) => {
    const docs = { year: [], kind: [], level: [], verdict: [], region: [] };
    for (const [, years, classes, regions] of core.blocks) {
      for (const char of years) docs.year.push(char === LETTERS[0] ? 0 : LETTERS.indexOf(char) - 1 + FIRST_YEAR);
      for (const char of classes) {
        const [kind, level, verdict] = core.classes[LETTERS.indexOf(char)];
        docs.kind.push(kind);
        docs.level.push(level);
        docs.verdict.push(verdict);
      }
      for (const [code, count] of regions) for (let i = 0; i < count; i++) docs.region.push(code);
    }
    return docs;
  };

  /* --- letters: the rule of generator/search/letters.py ----------------------------------------------------------- */

  const oddLetters = (rule) => {
    const odd = new Map();
    for (const [first, last] of rule.cuts) for (let code = first; code <= last; code++) odd.set(String.fromCharCode(code), "\n");
    for (let code = 65; code <= 90; code++) odd.set(String.fromCharCode(code), String.fromCharCode(code + 32));
    for (let code = 0x21; code < 0x7f; code++) {
      const char = String.fromCharCode(code);
      odd.set(String.fromCharCode(code + 0xfee0), odd.get(char) ?? char);
    }
    for (const char of rule.gone) odd.set(char, "");
    for (const char of rule.spaces) odd.set(char, " ");
    for (const char of rule.dashes) odd.set(char, "-");
    odd.set("\t", " ");
    return odd;
  };

  /* What is compared, and for each of its letters where in the text it stands. */
  const fold = (text, rule) => {
    let [folded, at] = ["", []];
    for (let i = 0; i < text.length; i++) {
      const char = rule.odd.get(text[i]) ?? text[i];
      if (char === "") continue;
      folded += char;
      at.push(i);
    }
    const change = (pattern, other) => {
      let [made, where, done] = ["", [], 0];
      for (const match of folded.matchAll(pattern)) {
        const end = match.index + match[0].length;
        made += folded.slice(done, match.index);
        for (let i = done; i < match.index; i++) where.push(at[i]);
        for (let i = match.index; i < end; i++) {
          const char = other(folded[i]);
          if (char) made += char, where.push(at[i]);
        }
        done = end;
      }
      if (!done) return;
      for (let i = done; i < folded.length; i++) where.push(at[i]);
      [folded, at] = [made + folded.slice(done), where];
    };
    change(rule.phone, (char) => (char >= "0" && char <= "9" ? char : ""));
    change(/ +(?![a-z0-9])|(?<![a-z0-9 ]) +/g, () => "");
    change(/[ ()-]/g, () => "\n");
    return { folded, at };
  };

  const wordsOf = (query, rule) => {
    const typed = query.split(/[\s\u0085]+/u).flatMap((part) => fold(part, rule).folded.split("\n"));
    return [...new Set(typed.filter(Boolean))];
  };

  /* --- grams: those of generator/search/grams.py that a word cannot be without --------------------------------------- */

  const packed = (run) => [...run].reduce((sum, char) => (sum << 7) | char.charCodeAt(0), 0);
  const gramsOf = (word, most = 5) => {
    if (word.length === 1) return [word.charCodeAt(0)];
    const found = [];
    for (const { 0: run, index } of word.matchAll(/[a-z0-9]{3,}/g)) {
      const width = Math.min(4, run.length);
      for (let i = 0; i + width <= run.length; i++) found.push(packed(run.slice(i, i + width)));
      word = word.slice(0, index + 1) + "\n".repeat(run.length - 2) + word.slice(index + run.length - 1);
    }
    for (let i = 0; i + 1 < word.length; i++)
      if (word[i] !== "\n" && word[i + 1] !== "\n") found.push((word.charCodeAt(i) | (word.charCodeAt(i + 1) << 16)) >>> 0);
    if (found.length <= most) return [...new Set(found)];
    const step = (found.length - 1) / (most - 1);
    return [...new Set(Array.from({ length: most }, (_, i) => found[Math.round(i * step)]))];
  };
  const nameGram = (name) => {
    let code = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) code = Math.imul(code ^ name.charCodeAt(i), 0x01000193);
    return code >>> 0;
  };

  /* Mark in ``marks`` which entries have a gram in their text or among their names. */
  const lookUp = async (core, gram) => {
    const place = Math.imul(gram, SPREAD) >>> 0;
    const bucket = place >>> KEY_BITS;
    const width = BUCKETS / core.shards;
    const bytes = await loadShard(core, Math.floor(bucket / width));
    const marks = new Uint8Array(core.size);
    let at = 0;
    const number = () => {
      let [value, shift, byte] = [0, 0, 0];
      do {
        byte = bytes[at++];
        value |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte & 0x80);
      return value;
    };
    for (let skipped = (bucket % width) * core.blocks.length; skipped > 0; skipped--) {
      const length = number();
      at += length;
    }
    for (let block = 0; block < core.blocks.length; block++) {
      const length = number();
      const end = at + length;
      while (at < end) {
        const head = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
        at += 3;
        const mark = (head & ((1 << KEY_BITS) - 1)) !== (place & ((1 << KEY_BITS) - 1)) ? 0 : head >> 23 ? NAME : TEXT;
        const shape = (head >> 21) & 3;
        const start = core.starts[block];
        const size = core.blocks[block][1].length;
        const note = (id) => {
          const [first, count] = gram > 0xffff || mark === NAME ? [id, 1] : [id * GROUP, GROUP];
          for (let one = first; one < first + count && one < size; one++) marks[start + one] |= mark;
        };
        if (shape === 3) {
          const width = number();
          for (let i = 0; mark && i < width * 8; i++) if ((bytes[at + (i >> 3)] >> (i & 7)) & 1) note(i);
          at += width;
        } else {
          for (let left = shape === 2 ? number() : shape + 1, id = 0; left > 0; left--) {
            id += number();
            if (mark) note(id);
          }
        }
      }
    }
    return marks;
  };

  /* Which entries have a word, as far as its grams tell: TEXT, NAME, or both. */
  const candidates = async (core, word, most) => {
    const all = await Promise.all(gramsOf(word, most).map((gram) => lookUp(core, gram)));
    const marks = all[0];
    for (const other of all.slice(1)) for (let i = 0; i < marks.length; i++) marks[i] &= other[i];
    return marks;
  };

  /* --- a query: candidates in order, then letter by letter what is shown ------------------------------------------- */

  /* Returns {words, ids, rough, known}: entry numbers, best first; ``rough`` where some may prove not to have a word;
     ``known`` says of those that were compared letter by letter whether they have them all. */
  const find = async (query) => {
    const core = await loadCore();
    let found = await findWords(core, query);
    if (!found.ids.length && found.words.length && !core.letters.whole) {
      await loadPairs(core);
      if (wordsOf(query, core.letters).join("\n") !== found.words.join("\n")) found = await findWords(core, query);
    }
    return found;
  };
  const findWords = async (core, query) => {
    const words = wordsOf(query, core.letters);
    const whole = fold(query.trim(), core.letters).folded;
    const most = Math.min(5, Math.max(2, Math.ceil(MOST_GRAMS / words.length)));
    const names = [...new Set([whole, ...words.slice(0, 2)])].filter((name) => name.length > 1 && name.length < 100);
    const [lists, exact] = await Promise.all([
      Promise.all(words.map((word) => candidates(core, word, most))),
      Promise.all(names.map((name) => lookUp(core, nameGram(name)))),
    ]);
    const { kind, year } = core.docs;
    const ids = [];
    const ranks = new Float64Array(core.size);
    for (let id = 0; id < core.size; id++) {
      let [named, missing] = [0, false];
      for (const marks of lists) {
        if (!marks[id]) missing = true;
        if (marks[id] & NAME) named++;
      }
      if (missing) continue;
      const isExact = exact.some((marks, i) => marks[id] & NAME && (names[i] === whole || named === words.length));
      const group = isExact ? 0 : named === words.length ? 1 : named ? 2 : 3;
      ranks[id] = ((group * 8 + KINDS.indexOf(kind[id])) * 4096 + 4095 - year[id]) * 0x200000 + id;
      ids.push(id);
    }
    ids.sort((a, b) => ranks[a] - ranks[b]);
    return { core, words, ids, known: new Map(), rough: words.some((word) => word.length === 1 || gramsOf(word).length > 1) };
  };

  const rowOf = async (core, id) => {
    let block = core.starts.length - 1;
    while (core.starts[block] > id) block--;
    const place = id - core.starts[block];
    return (await loadRows(core, block, place >> 5))[place & 31];
  };

  /* The entry as shown: address, title, a passage with the words in it; null where it does not have them after all. */
  const shown = async (found, id) => {
    const view = await viewOf(found, id);
    if (view?.isSure !== false) found.known.set(id, Boolean(view));
    return view;
  };
  const viewOf = async ({ core, words }, id) => {
    const row = await rowOf(core, id);
    const url = new URL(row.url, SITE);
    const view = { id, url: url.href, title: row.title, passage: null, isSure: true };
    const lacking = (texts) => {
      const folded = texts.map((text) => fold(text, core.letters).folded);
      return words.filter((word) => !folded.some((text) => text.includes(word)));
    };
    const names = [row.title, ...row.names];
    if (!lacking(names).length) return view;
    let text = row.text;
    if (row.text === 1) {
      try {
        const report = await loadStored(url);
        text = [core.regions[core.docs.region[id]] || "", report.title || "", ...Object.values(report.texts)].join("\n");
      } catch {
        return { ...view, isSure: false }; // the page is there all the same
      }
    }
    if (lacking([...names, text]).length && !core.letters.whole) await loadPairs(core);
    if (lacking([...names, text]).length) {
      fetched.delete(`d${url}`); // of many that prove to be none, none is kept
      return null;
    }
    return { ...view, passage: passage(text, words, core.letters) };
  };

  /* Around the first word that the text has: [[text, isWord], …]. */
  const passage = (text, words, rule) => {
    const { folded, at } = fold(text, rule);
    const spans = [];
    for (const word of words)
      for (let i = folded.indexOf(word), n = 0; i >= 0 && n < 50; i = folded.indexOf(word, i + word.length), n++)
        spans.push([at[i], at[i + word.length - 1] + 1]);
    if (!spans.length) return null;
    spans.sort((a, b) => a[0] - b[0]);
    /* The region stands before a report's text: a passage of the report says more. */
    const start = Math.max(0, (spans.find(([from]) => from >= text.indexOf("\n")) ?? spans[0])[0] - 24);
    const end = Math.min(text.length, start + 110);
    const parts = start ? [["…", false]] : [];
    let done = start;
    for (const [from, to] of spans) {
      if (from < done || to > end) continue;
      parts.push([text.slice(done, from), false], [text.slice(from, to), true]);
      done = to;
    }
    parts.push([text.slice(done, end) + (end < text.length ? "…" : ""), false]);
    return parts;
  };

  /* --- facets ---------------------------------------------------------------------------------------------------- */

  const FACETS = ["kind", "region", "level", "year", "verdict"];
  const stem = (code) => code.replace(/(00){1,2}$/, "");
  const fits = (core, id, facet, wanted) =>
    !wanted ||
    (facet === "region" ? core.docs.region[id].startsWith(stem(wanted)) : String(core.docs[facet][id]) === wanted);
  const narrowed = (found, chosen, leftOut) =>
    found.ids.filter((id) => found.known.get(id) !== false && FACETS.every((facet) => facet === leftOut || fits(found.core, id, facet, chosen[facet])));

  /* What a select offers: [[value, label, count, isSure], …]; what proved not to have the words is not counted. */
  const offers = (found, chosen, facet) => {
    const { core } = found;
    const counts = new Map();
    const open = new Set();
    for (const id of narrowed(found, chosen, facet)) {
      const isOpen = found.rough && !found.known.has(id);
      const add = (value) => {
        if (!value) return;
        counts.set(value, (counts.get(value) || 0) + 1);
        if (isOpen) open.add(value);
      };
      const value = core.docs[facet][id];
      if (facet !== "region") add(value && String(value));
      else if (value) for (const code of regionsAbove(core, value)) if (isOffered(code, chosen.region)) add(code);
    }
    if (chosen[facet] && !counts.has(chosen[facet])) counts.set(chosen[facet], 0);
    const label = (value) => {
      if (facet === "region") return core.regions[value] || value;
      if (facet === "year") return `${value} 年`;
      const named = core.labels[facet][value] || value;
      return Array.isArray(named) ? named[0] : named;
    };
    const order = facet === "year" ? (a, b) => b.localeCompare(a) : facet === "region" ? undefined : null;
    const values = order === null ? Object.keys(core.labels[facet]).filter((key) => counts.has(key)) : [...counts.keys()].sort(order);
    return values.map((value) => [value, label(value), counts.get(value), !open.has(value)]);
  };
  const regionsAbove = (core, code) =>
    [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code].filter((one, i, all) => all.indexOf(one) === i && one in core.regions);
  /* Provinces, and what lies in, above and right under the one that is chosen. */
  const isOffered = (code, chosen) =>
    code.endsWith("0000") ||
    (chosen && (chosen.startsWith(stem(code)) || (code.startsWith(stem(chosen)) && code.length - stem(code).length >= (chosen.endsWith("0000") ? 2 : 0))));

  window.nianbaoSearch = {
    SITE,
    FACETS,
    warm: () => loadCore().catch(() => {}),
    find,
    narrowed,
    offers,
    shown,
    passage: (text, found) => passage(text, found.words, found.core.letters),
    /* For the tests, which hold both sides of the rule of letters to each other. */
    fold: async (text) => {
      const core = await loadCore();
      await loadPairs(core);
      return fold(text, core.letters).folded;
    },
  };
})();
