// Corrections of Streamlit's own page: Back takes one press a page, the menu of a narrow window closes, a screen reader
// is told what has changed, the chosen part and the beginning of a step are in sight, and a help text covers no
// control.

import { loadAhead } from "../lib/ahead.js";
import { tellHeight } from "./embedded.js";
import { keepHelpTextsAside } from "./help_texts.js";

const NARROW = 768;

// Streamlit adds each new address of the same page to the history, and Back would go through all of them. The page
// at the root, which only redirects, is no step either: Back to it would redirect again.
const stepByPage = () => {
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const from = location.pathname;
    const to = new URL(url ?? location.href, location.href).pathname;
    if (from === to || from.endsWith("/")) history.replaceState(state, title, url);
    else push(state, title, url);
  };
};

// Streamlit closes the menu on phones only. In other narrow windows it stays open over the page that was chosen, and
// over the first page of the next visit, since the browser keeps its state.
const startWithClosedMenu = () => {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith("stSidebarCollapsed-")) localStorage.setItem(key, "true");
  } catch {
    // Without storage there is no state to reset.
  }
  closeMenu();
};

const closeMenu = () => {
  const menu = document.querySelector('[data-testid="stSidebar"]');
  if (menu?.dataset.collapsed === "false")
    menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
};

const closeMenuOnChoice = (event) => {
  const chosen = event.target.closest?.('[data-testid="stSidebarNavLink"]');
  if (chosen && !event.ctrlKey && !event.metaKey && !event.shiftKey) setTimeout(closeMenu);
};

// One live region for the whole visit: Streamlit makes its elements anew, and a new region is not read out.
const announceChanges = () => {
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  region.className = "live-region";
  document.body.append(region);
  const words = document.getElementsByClassName("announcement");
  let last = words[0]?.textContent;
  new MutationObserver(() => {
    const now = words[0]?.textContent;
    if (now === undefined || now === last) return;
    if (last !== undefined) region.textContent = now;
    last = now;
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
};

const CHOICE_OF_PART = ':is(.st-key-step, [class*="_part"])';
const ROW_OF_PARTS = `${CHOICE_OF_PART} [role="radiogroup"]`;

// A press puts the focus on the chosen part, which scrolls the row: another part would come under the finger.
const keepRowUnderThePointer = () => {
  let row = null;
  let left = 0;
  const hold = ({ target }) => {
    row = target.closest?.(ROW_OF_PARTS);
    left = row?.scrollLeft;
  };
  const release = () => (row = null);
  const putBack = () => {
    if (row) row.scrollLeft = left;
  };
  addEventListener("pointerdown", hold, true);
  addEventListener("focusin", putBack, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, true);
};

// A row of parts that scrolls shows the chosen one, also where a button or the address has chosen it.
const keepChosenPartInSight = () => {
  let last = [];
  const look = () => {
    const chosen = document.querySelector(`${CHOICE_OF_PART} [role="radio"][aria-checked="true"]`);
    if (!chosen) return;
    const row = chosen.closest(ROW_OF_PARTS);
    // The words of the buttons come after them.
    const now = [chosen, row.scrollWidth, row.clientWidth];
    if (now.every((one, index) => one === last[index])) return;
    last = now;
    const [outer, inner] = [row.getBoundingClientRect(), chosen.getBoundingClientRect()];
    row.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  };
  const changes = { childList: true, attributes: true, attributeFilter: ["aria-checked"], subtree: true };
  new MutationObserver(look).observe(document.body, changes);
  document.fonts.ready.then(look);
};

// A lecture goes on under somebody who has scrolled: the next step begins at its beginning.
const beginStepsAtTheTop = () => {
  const shown = () => document.querySelector(".st-key-step_head")?.textContent.match(/\d+ \/ \d+/)?.[0];
  let last = shown();
  new MutationObserver(() => {
    const number = shown();
    if (!number || number === last) return;
    if (last) document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
    last = number;
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
};

export default function ({ data: { presents, scripts, soon } }) {
  // The document brings the styles of the view that its address asks for; see ui/server/first_paint.py.
  if (!presents) document.getElementById("presents")?.remove();
  // Once for the document, whatever becomes of this element.
  if (!document.documentElement.dataset.shell) {
    document.documentElement.dataset.shell = "ready";
    stepByPage();
    announceChanges();
    keepRowUnderThePointer();
    keepChosenPartInSight();
    keepHelpTextsAside();
    beginStepsAtTheTop();
    tellHeight();
    document.addEventListener("click", closeMenuOnChoice);
    if (innerWidth <= NARROW) startWithClosedMenu();
  }
  loadAhead(scripts, soon);
}
