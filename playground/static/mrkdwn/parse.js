// Slack's mrkdwn as a tree. Pure: text in, nodes out; nothing here touches the page.
//
// Nodes: {t: "text", v} {t: "br"} {t: "b" | "i" | "s" | "code" | "pre" | "quote", c: [nodes]} {t: "emoji", name}
// {t: "link", url, c} {t: "user" | "channel" | "group", id, label} {t: "broadcast", range}
// {t: "date", epoch, format, url, fallback}
import { emojiAt } from "../emoji.js";

const STYLES = { "*": "b", _: "i", "~": "s" };
const BROADCASTS = ["here", "channel", "everyone"];
const SAFE_URL = /^(https?:\/\/|mailto:|tel:|slack:\/\/)/i;
const BARE_URL = /https?:\/\/[^\s<>|"']*[^\s<>|"'.,;:!?)\]}*_~`]/y;

/** `&lt;`, `&gt;` and `&amp;` as the characters they stand for: the only entities Slack knows. */
export function decode(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** `text` as nodes. With `verbatim` bare addresses, #names and @here are not made live. */
export function parse(text, { verbatim = false } = {}) {
  const nodes = [];
  const pieces = String(text ?? "").split(/```([\s\S]+?)```/);
  pieces.forEach((piece, index) => {
    if (index % 2) {
      nodes.push({ t: "pre", c: plain(piece.replace(/^\n/, "").replace(/\n$/, "")) });
      return;
    }
    const trimmed = index > 0 ? piece.replace(/^\n/, "") : piece;
    nodes.push(...lines(trimmed, verbatim));
  });
  return nodes;
}

/** One line of Slack's own, such as a topic: entities and emoji live, nothing is formatted. */
export function parseLine(text) {
  return scan(String(text ?? ""), (source, at) => {
    if (source[at] === "<") return token(source, at);
    return source[at] === ":" ? emoji(source, at) : null;
  });
}

function lines(text, verbatim) {
  if (!text) return [];
  const out = [];
  let quote = null;
  const rest = text.split("\n");
  while (rest.length) {
    let line = rest.shift();
    const wholeRest = /^(&gt;|>){3}/.exec(line);
    const marked = wholeRest ?? /^(&gt;|>) ?/.exec(line);
    if (marked) {
      const quoted = line.slice(marked[0].length) + (wholeRest && rest.length ? `\n${rest.splice(0).join("\n")}` : "");
      if (quote) quote.c.push({ t: "br" });
      else out.push((quote = { t: "quote", c: [] }));
      quote.c.push(...inline(quoted, verbatim));
      continue;
    }
    if (out.length && !quote) out.push({ t: "br" });
    quote = null;
    out.push(...inline(line, verbatim));
  }
  return out;
}

/** Text inside code: entities and <…> live, no styles and no emoji. */
function plain(text) {
  return scan(text, (source, at) => (source[at] === "<" ? token(source, at) : null));
}

function inline(text, verbatim) {
  return scan(text, (source, at) => {
    const char = source[at];
    if (char === "<") return token(source, at);
    if (char === "`") return code(source, at);
    if (char === ":") return emoji(source, at);
    if (char === "\n") return { node: { t: "br" }, length: 1 };
    if (STYLES[char]) return styled(source, at, verbatim);
    return verbatim ? null : live(source, at);
  });
}

/** Walks `text`, letting `take` turn what starts at a position into {node, length}; the rest becomes text nodes. */
function scan(text, take) {
  const nodes = [];
  let literal = "";
  const flush = () => {
    if (literal) nodes.push({ t: "text", v: decode(literal) });
    literal = "";
  };
  for (let at = 0; at < text.length;) {
    const found = take(text, at);
    if (!found) {
      literal += text[at];
      at += 1;
      continue;
    }
    flush();
    nodes.push(found.node);
    at += found.length;
  }
  flush();
  return nodes;
}

function code(text, at) {
  const end = text.indexOf("`", at + 1);
  const line = text.indexOf("\n", at);
  if (end < at + 2 || (line !== -1 && line < end)) return null;
  return { node: { t: "code", c: plain(text.slice(at + 1, end)) }, length: end + 1 - at };
}

function emoji(text, at) {
  const found = emojiAt(text, at);
  return found && { node: { t: "emoji", name: text.slice(at + 1, at + found.length - 1) }, length: found.length };
}

const isWord = (char) => char !== undefined && /[\p{L}\p{N}]/u.test(char);

/** `*bold*` and its kin: the marks stand at word borders, hug their text and close on the same line. */
function styled(text, at, verbatim) {
  const mark = text[at];
  const next = text[at + 1];
  if (isWord(text[at - 1]) || next === undefined || /\s/.test(next) || next === mark) return null;
  const end = closing(text, at + 1, mark);
  if (end === -1) return null;
  return { node: { t: STYLES[mark], c: inline(text.slice(at + 1, end), verbatim) }, length: end + 1 - at };
}

function closing(text, from, mark) {
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\n") return -1;
    const inner = char === "<" ? token(text, at) : char === "`" ? code(text, at) : null;
    if (inner) {
      at += inner.length - 1;
      continue;
    }
    if (char === mark && at > from && !/\s/.test(text[at - 1]) && !isWord(text[at + 1])) return at;
  }
  return -1;
}

/** What Slack makes live by itself unless told `verbatim`: addresses, @here and its kin, #names. */
function live(text, at) {
  if (isWord(text[at - 1])) return null;
  if (text[at] === "h") {
    BARE_URL.lastIndex = at;
    const url = BARE_URL.exec(text)?.[0];
    return url
      ? { node: { t: "link", url: decode(url), c: [{ t: "text", v: decode(url) }] }, length: url.length }
      : null;
  }
  const name = /^[@#]([\p{L}\p{N}_-]+)/u.exec(text.slice(at, at + 82));
  if (!name) return null;
  if (text[at] === "#") return { node: { t: "channel", name: name[1], label: "" }, length: name[0].length };
  if (!BROADCASTS.includes(name[1])) return null;
  return { node: { t: "broadcast", range: name[1] }, length: name[0].length };
}

/** `<…>`: mention, link, date or group; null (so it stays literal) when Slack would not know it. */
function token(text, at) {
  const end = text.indexOf(">", at);
  if (end === -1) return null;
  const body = text.slice(at + 1, end);
  const node = body.includes("<") || body.includes("\n") ? null : tokenNode(body);
  return node && { node, length: end + 1 - at };
}

function tokenNode(body) {
  const bar = body.indexOf("|");
  const head = bar === -1 ? body : body.slice(0, bar);
  const label = bar === -1 ? "" : body.slice(bar + 1);
  if (/^@[UWB][A-Z0-9]+$/.test(head)) return { t: "user", id: head.slice(1), label: decode(label) };
  if (/^#[CGD][A-Z0-9]+$/.test(head)) return { t: "channel", id: head.slice(1), label: decode(label) };
  if (head.startsWith("!subteam^")) return { t: "group", id: head.slice(9), label: decode(label) };
  if (head.startsWith("!date^")) return dateNode(head, label);
  if (head.startsWith("!") && BROADCASTS.includes(head.slice(1))) return { t: "broadcast", range: head.slice(1) };
  if (!SAFE_URL.test(head)) return null;
  const url = decode(head);
  return { t: "link", url, c: label ? labelNodes(label) : [{ t: "text", v: url.replace(/^mailto:/, "") }] };
}

function dateNode(head, label) {
  const [, epoch, format, url] = head.split("^");
  return {
    t: "date",
    epoch,
    format: format ?? "",
    url: url && SAFE_URL.test(url) ? decode(url) : "",
    fallback: decode(label),
  };
}

function labelNodes(label) {
  return scan(label, (source, at) => (source[at] === ":" ? emoji(source, at) : null));
}
