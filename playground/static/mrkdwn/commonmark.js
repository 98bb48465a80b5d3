// Standard Markdown as far as Slack's markdown block and Markdown files use it. Pure: text in, nodes out.
//
// Block nodes: {t: "heading", level, c} {t: "para", c} {t: "pre", v} {t: "quote", blocks} {t: "hr"}
// {t: "list", ordered, start, items: [{checked: true | false | null, blocks}]} {t: "table", head, rows, align}
// Inline nodes: {t: "text", v} {t: "br"} {t: "b" | "i" | "s", c} {t: "code", v} {t: "link", url, c}

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const FENCE = /^\s*(```+|~~~+)(.*)$/;
const RULE = /^\s*([-*_])\s*(\1\s*){2,}$/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const SAFE_URL = /^(https?:\/\/|mailto:|\/)/i;

export function parseMarkdown(text) {
  return blocksOf(
    String(text ?? "")
      .replace(/\r\n?/g, "\n")
      .split("\n"),
  );
}

function blocksOf(lines) {
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const taken = takeBlock(lines, at);
    if (taken.node) out.push(taken.node);
    at += taken.length;
  }
  return out;
}

function takeBlock(lines, at) {
  for (const take of TAKERS) {
    const taken = take(lines, at);
    if (taken) return taken;
  }
  return paragraph(lines, at);
}

const TAKERS = [blank, fence, heading, rule, quote, table, list];

function blank(lines, at) {
  return lines[at].trim() ? null : { length: 1 };
}

function fence(lines, at) {
  const open = FENCE.exec(lines[at]);
  if (!open) return null;
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(open[1])) end += 1;
  return { node: { t: "pre", v: lines.slice(at + 1, end).join("\n") }, length: end - at + 1 };
}

function heading(lines, at) {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]);
  return match && { node: { t: "heading", level: match[1].length, c: inline(match[2]) }, length: 1 };
}

function rule(lines, at) {
  return RULE.test(lines[at]) ? { node: { t: "hr" }, length: 1 } : null;
}

function quote(lines, at) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  if (end === at) return null;
  return {
    node: { t: "quote", blocks: blocksOf(lines.slice(at, end).map((line) => line.replace(/^\s*> ?/, ""))) },
    length: end - at,
  };
}

function table(lines, at) {
  if (!lines[at].includes("|") || at + 1 >= lines.length || !TABLE_LINE.test(lines[at + 1])) return null;
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const align = cells(lines[at + 1]).map((cell) =>
    /^:.*:$/.test(cell) ? "center" : cell.endsWith(":") ? "right" : "left",
  );
  const rows = lines.slice(at + 2, end).map((line) => cells(line).map(inline));
  return { node: { t: "table", head: cells(lines[at]).map(inline), rows, align }, length: end - at };
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

function list(lines, at) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    if (item && item[1].length <= first[1].length + 1 && /\d/.test(item[2]) === ordered) items.push([item[3]]);
    else if (items.length && /^\s{2,}\S/.test(lines[end])) items.at(-1).push(lines[end].replace(/^\s{2,4}/, ""));
    else if (!(lines[end].trim() === "" && ITEM.test(lines[end + 1] ?? ""))) break;
    end += 1;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : 1;
  return { node: { t: "list", ordered, start, items: items.map(itemOf) }, length: end - at };
}

function itemOf(lines) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(lines[0]);
  if (!task) return { checked: null, blocks: blocksOf(lines) };
  return { checked: task[1] !== " ", blocks: blocksOf([task[2], ...lines.slice(1)]) };
}

function paragraph(lines, at) {
  let end = at + 1;
  const ends = (line) =>
    !line.trim() || FENCE.test(line) || /^#{1,6}\s/.test(line) || /^\s*>/.test(line) || ITEM.test(line);
  while (end < lines.length && !ends(lines[end])) end += 1;
  return { node: { t: "para", c: inline(lines.slice(at, end).join("\n")) }, length: end - at };
}

// Tried in this order at every position: [pattern, what it becomes].
const INLINE = [
  [/\\([\\`*_{}[\]()#+\-.!|~<>])/y, (m) => ({ t: "text", v: m[1] })],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, (m) => ({ t: "code", v: m[2].trim() })],
  [
    /!?\[([^\]]*)\]\(\s*([^\s)]+)(?:\s+"[^"]*")?\s*\)/y,
    (m) => link(m[2], m[1] ? inline(m[1]) : [{ t: "text", v: m[2] }]),
  ],
  [/<(https?:\/\/[^\s>]+)>/y, (m) => link(m[1], [{ t: "text", v: m[1] }])],
  [/https?:\/\/[^\s<>|"']*[^\s<>|"'.,;:!?)\]}*_~`]/y, (m) => link(m[0], [{ t: "text", v: m[0] }])],
  [/(\*\*|__)(?=\S)([\s\S]*?\S)\1/y, (m) => ({ t: "b", c: inline(m[2]) })],
  [/~~(?=\S)([\s\S]*?\S)~~/y, (m) => ({ t: "s", c: inline(m[1]) })],
  [/\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/y, (m) => ({ t: "i", c: inline(m[1]) })],
  [/(?<![\p{L}\p{N}])_(?=[^\s_])([\s\S]*?[^\s_])_(?![\p{L}\p{N}])/uy, (m) => ({ t: "i", c: inline(m[1]) })],
  [/ {2,}\n|\\\n|\n/y, () => ({ t: "br" })],
];

function link(url, c) {
  return SAFE_URL.test(url) ? { t: "link", url, c } : { t: "text", v: url };
}

function inline(text) {
  const nodes = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    const hit = matchAt(text, at);
    if (!hit) {
      literal += text[at];
      at += 1;
      continue;
    }
    if (literal) nodes.push({ t: "text", v: literal });
    literal = "";
    nodes.push(hit.node);
    at += hit.length;
  }
  if (literal) nodes.push({ t: "text", v: literal });
  return nodes;
}

function matchAt(text, at) {
  for (const [pattern, become] of INLINE) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { node: become(match), length: match[0].length };
  }
  return null;
}
