// What Streamlit's own page does otherwise than a visitor expects: Back takes one press a page, and a narrow window's menu closes.

const NARROW = 768;

// Streamlit writes each new address of the same page as a step of its own, and Back would go through all of them. The front door,
// which only leads on, is no step either: whoever went back to it would be led on again.
const stepByPage = () => {
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const from = location.pathname, to = new URL(url ?? location.href, location.href).pathname;
    if (from === to || from.endsWith("/")) history.replaceState(state, title, url);
    else push(state, title, url);
  };
};

// Streamlit closes the menu for what calls itself a phone. In every other narrow window it stays open over the page that was
// chosen, and even over the next visit's first page, since the browser keeps its state.
const arriveWithClosedMenu = () => {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("stSidebarCollapsed-")) localStorage.setItem(key, "true");
  } catch { /* A browser that keeps nothing has nothing to forget. */ }
  closeMenu();
};

const closeMenu = () => {
  const menu = document.querySelector('[data-testid="stSidebar"]');
  if (menu?.dataset.collapsed === "false") menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
};

const closeMenuOnChoice = (event) => {
  const chosen = event.target.closest?.('[data-testid="stSidebarNavLink"]');
  if (chosen && !event.ctrlKey && !event.metaKey && !event.shiftKey) setTimeout(closeMenu);
};

export default function () {
  // Once for the document, whatever becomes of this element.
  if (!document.documentElement.dataset.shell) {
    document.documentElement.dataset.shell = "ready";
    stepByPage();
    document.addEventListener("click", closeMenuOnChoice);
    if (innerWidth <= NARROW) arriveWithClosedMenu();
  }
}
