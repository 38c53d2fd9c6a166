// Corrections of Streamlit's own page: Back takes one press a page, and the menu of a narrow window closes.

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

export default function () {
  // Once for the document, whatever becomes of this element.
  if (!document.documentElement.dataset.shell) {
    document.documentElement.dataset.shell = "ready";
    stepByPage();
    document.addEventListener("click", closeMenuOnChoice);
    if (innerWidth <= NARROW) startWithClosedMenu();
  }
}
