// One place that binds the vendored libraries, so that every module writes html`…` and never touches innerHTML.
import { Component, Fragment, createContext, h, render } from "./vendor/preact.js";
import { useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/preact-hooks.js";
import htm from "./vendor/htm.js";

export const html = htm.bind(h);
export { Component, Fragment, createContext, h, render };
export { useContext, useEffect, useLayoutEffect, useMemo, useRef, useState };

/** A component drawn again only when one of its props is another object. */
export function memo(draw) {
  return class Memo extends Component {
    shouldComponentUpdate(next) {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]);
      return [...keys].some((key) => next[key] !== this.props[key]);
    }
    render(props) {
      return h(draw, props);
    }
  };
}

/** Joins class names, leaving out the falsy ones. */
export function cx(...names) {
  return names.filter(Boolean).join(" ");
}
