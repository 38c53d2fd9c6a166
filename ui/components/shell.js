// What Streamlit's own page does otherwise than a visitor expects: Back takes one press a page, and a narrow window's menu closes.

// Streamlit writes each new address of the same page as a step of its own, and Back would go through all of them. The front door,
// which only leads on, is no step either: whoever went back to it would be led on again.
const stepsByPage = (history, location) => {
  if (history.stepsByPage) return;
  history.stepsByPage = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const from = location.pathname, to = url === undefined ? from : new URL(url, location.href).pathname;
    if (from === to || from.endsWith("/")) history.replaceState(state, title, url);
    else push(state, title, url);
  };
};

// Streamlit closes it for what calls itself a phone, and leaves it open over the page in every other narrow window.
const closeMenu = (event) => {
  if (!event.target.closest?.('[data-testid="stSidebarNavLink"]') || event.ctrlKey || event.metaKey || event.shiftKey) return;
  setTimeout(() => {
    const menu = document.querySelector('[data-testid="stSidebar"]');
    if (menu?.dataset.collapsed === "false") menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  });
};

export default function ({ parentElement: root }) {
  const view = (root.__view ??= {});
  stepsByPage(window.history, window.location);
  view.listening?.abort();
  view.listening = new AbortController();
  document.addEventListener("click", closeMenu, { signal: view.listening.signal });
  root.querySelector(".shell").dataset.ready = "true";
  return () => { if (!(root.host?.isConnected ?? true)) view.listening.abort(); };
}
