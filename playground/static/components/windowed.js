// A list that draws only what is near the viewport: ten thousand messages scroll like fifty.
// It sticks to the bottom while one is there, and otherwise keeps what one reads in place whatever changes above it.
import { Component, html } from "../lib.js";

// How far beyond the viewport rows are drawn, and how near its edge that reserve may shrink before it is renewed.
const BEYOND_PX = 1_000;
const RESERVE_PX = 350;
const NEAR_TOP_PX = 3_000;
const AT_BOTTOM_PX = 24;
const NOTHING = { rows: null, tops: null };

/**
 * Props: rows [{key, estimate (px), draw()}] in order, onNearTop(), onBottom(isAtBottom), jump ({key, n}) to scroll
 * a row into view, handle (a ref that gets this instance, for `toBottom`), and label for the list. Rows keep their
 * key for life.
 */
export class WindowedList extends Component {
  heights = new Map();
  known = NOTHING;
  atBottom = true;
  anchor = null;
  settledTop = 0;
  drawn = {};
  state = { start: 0, end: 0 };

  setScroller = (element) => {
    this.scroller = element;
  };

  setInner = (element) => {
    this.inner = element;
  };

  componentDidMount() {
    this.props.handle.current = this;
    this.watcher = new ResizeObserver(() => this.settle());
    this.watcher.observe(this.inner);
    this.watcher.observe(this.scroller);
    this.refresh();
    this.settle();
  }

  componentWillUnmount() {
    this.props.handle.current = null;
    this.watcher.disconnect();
  }

  componentDidUpdate(before) {
    const { jump } = this.props;
    if (jump && jump.n !== before.jump?.n) this.jumpTo(jump.key);
    this.settle();
  }

  heightOf(row) {
    return this.heights.get(row.key) ?? row.estimate;
  }

  /** Where each row begins, and at the end where the last one ends; made anew when rows or heights have changed. */
  tops() {
    const { rows } = this.props;
    if (this.known.rows === rows) return this.known.tops;
    const tops = new Float64Array(rows.length + 1);
    rows.forEach((row, index) => {
      tops[index + 1] = tops[index] + this.heightOf(row);
    });
    this.known = { rows, tops };
    return tops;
  }

  /** Whether the drawn rows still reach well beyond the viewport on both sides. */
  enough() {
    const { from, until, total, rows } = this.drawn;
    const { scrollTop, clientHeight } = this.scroller;
    if (rows !== this.props.rows || this.atBottom) return false;
    const upTo = Math.min(total, scrollTop + clientHeight + RESERVE_PX);
    return from <= Math.max(0, scrollTop - RESERVE_PX) && until >= upTo;
  }

  /** Which rows belong on screen for the present scroll position. */
  range() {
    const tops = this.tops();
    const count = tops.length - 1;
    const view = this.scroller?.clientHeight || 800;
    const top = this.atBottom ? Infinity : this.scroller.scrollTop;
    const from = Math.min(top, Math.max(0, tops[count] - view)) - BEYOND_PX;
    const start = Math.min(count, Math.max(0, firstFrom(tops, from) - 1));
    const end = Math.min(count, Math.max(start, firstFrom(tops, from + view + 2 * BEYOND_PX)));
    return { start, end };
  }

  refresh() {
    if (this.enough()) return;
    const next = this.range();
    if (next.start !== this.state.start || next.end !== this.state.end) this.setState(next);
  }

  /** Measures what is drawn, then puts the scroll position where the reader expects it. */
  settle() {
    if (!this.scroller) return;
    for (const { dataset, offsetHeight } of this.inner.children) {
      if (this.heights.get(dataset.key) === offsetHeight) continue;
      this.heights.set(dataset.key, offsetHeight);
      this.known = NOTHING;
    }
    this.pad();
    if (this.atBottom) this.scroller.scrollTop = this.scroller.scrollHeight;
    else this.restoreAnchor();
    this.settledTop = this.scroller.scrollTop;
    this.refresh();
    if (this.scroller.scrollTop < NEAR_TOP_PX) this.props.onNearTop?.();
  }

  pad() {
    const tops = this.tops();
    const count = tops.length - 1;
    const from = tops[Math.min(count, this.state.start)];
    const until = tops[Math.min(count, this.state.end)];
    this.inner.style.paddingTop = `${from}px`;
    this.inner.style.paddingBottom = `${tops[count] - until}px`;
    this.drawn = { from, until, total: tops[count], rows: this.props.rows };
  }

  rememberAnchor() {
    const top = this.scroller.scrollTop;
    for (const element of this.inner.children) {
      if (!element.dataset.key || element.offsetTop + element.offsetHeight <= top) continue;
      this.anchor = { key: element.dataset.key, offset: element.offsetTop - top };
      return;
    }
  }

  restoreAnchor() {
    if (!this.anchor) return;
    const element = [...this.inner.children].find((one) => one.dataset.key === this.anchor.key);
    if (!element) return;
    const wanted = element.offsetTop - this.anchor.offset;
    if (Math.abs(this.scroller.scrollTop - wanted) > 1) this.scroller.scrollTop = wanted;
  }

  onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const atBottom = scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX;
    // Where `settle` put it: the list changed its height, nobody scrolled.
    if (Math.abs(scrollTop - this.settledTop) <= 1) return;
    this.settledTop = -1;
    if (atBottom !== this.atBottom) {
      this.atBottom = atBottom;
      this.props.onBottom?.(atBottom);
    }
    if (!atBottom) this.rememberAnchor();
    this.refresh();
    if (scrollTop < NEAR_TOP_PX) this.props.onNearTop?.();
  };

  jumpTo(key) {
    const at = this.props.rows.findIndex((row) => row.key === key);
    if (at === -1) return;
    this.atBottom = false;
    this.anchor = { key, offset: Math.round(this.scroller.clientHeight / 3) };
    this.props.onBottom?.(false);
    this.pad();
    this.scroller.scrollTop = this.tops()[at] - this.anchor.offset;
    this.refresh();
  }

  toBottom() {
    this.atBottom = true;
    this.props.onBottom?.(true);
    this.settle();
  }

  render({ rows, label, children, onKeyDown }, { start, end }) {
    return html`
      <div
        class="scroller"
        ref=${this.setScroller}
        onScroll=${this.onScroll}
        tabindex="0"
        role="region"
        aria-label=${label}
        onKeyDown=${onKeyDown}
      >
        ${children}
        <div class="windowed" ref=${this.setInner} role="list" aria-label="Messages">
          ${rows.slice(start, Math.min(end, rows.length)).map(
            (row) => html`<div key=${row.key} data-key=${row.key} role="listitem">${row.draw()}</div>`,
          )}
        </div>
      </div>
    `;
  }
}

/** The first place in ascending numbers that holds `least` or more; their count where there is none. */
function firstFrom(numbers, least) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] >= least) high = middle;
    else low = middle + 1;
  }
  return low;
}
