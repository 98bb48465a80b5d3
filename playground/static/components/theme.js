// Light, dark, or as the system says; remembered in this browser.
import { update } from "../store.js";

export const THEMES = {
  auto: { icon: "auto", label: "as the system" },
  light: { icon: "sun", label: "light" },
  dark: { icon: "moon", label: "dark" },
};

export function nextTheme(theme) {
  const order = Object.keys(THEMES);
  return order[(order.indexOf(theme) + 1) % order.length];
}

export function setTheme(theme) {
  window.localStorage.setItem("theme", theme);
  document.documentElement.dataset.theme = theme;
  update({ theme });
}

export function restoreTheme() {
  const stored = window.localStorage.getItem("theme");
  setTheme(stored in THEMES ? stored : "auto");
}
