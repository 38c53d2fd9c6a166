// A presenter's keys, wherever on the page the focus is. Nothing is shown; each step is sent to Python.

const STEPS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };

// Elements that use these keys themselves; a tick box does not.
const USES_KEYS = [
  "input:not([type=checkbox])",
  "textarea",
  "select",
  '[contenteditable]:not([contenteditable="false"])',
  ...["slider", "spinbutton", "textbox", "combobox", "listbox", "radiogroup", "tablist", "menu", "grid"].map(
    (role) => `[role="${role}"]`,
  ),
].join();

// The path leads into the components' own documents, where document.activeElement does not.
const isUsed = (event) =>
  event.defaultPrevented ||
  event.isComposing ||
  event.repeat ||
  event.altKey ||
  event.ctrlKey ||
  event.metaKey ||
  event.shiftKey ||
  event.composedPath().some((node) => node.matches?.(USES_KEYS));

export default function ({ parentElement: root, data: received, setTriggerValue }) {
  // Streamlit keeps only the last of several quick triggers, so each sends the sum of all steps of this element.
  const view = (root.__view ??= { made: crypto.getRandomValues(new Uint32Array(1))[0], sum: 0 });
  const sendSteps = () => setTriggerValue("step", [view.made, view.sum]);
  const stopIfRemoved = () => {
    if (!(root.host?.isConnected ?? true)) view.listening.abort();
  };
  view.listening?.abort();
  view.listening = new AbortController();
  document.addEventListener(
    "keydown",
    (event) => {
      stopIfRemoved();
      if (view.listening.signal.aborted || isUsed(event)) return;
      if (event.key === "Escape") document.querySelector(".st-key-leave_presenter button")?.click();
      if (!(event.key in STEPS)) return;
      event.preventDefault();
      view.sum += STEPS[event.key];
      sendSteps();
    },
    { signal: view.listening.signal },
  );
  // Streamlit leaves a gap below every element, seen or not.
  const container = root.host?.closest('[data-testid="stElementContainer"]');
  if (container) container.style.display = "none";
  root.querySelector(".root").dataset.ready = "true";
  // A step that was lost on the way is sent again.
  if (view.sum !== (received.made === view.made ? received.sum : 0)) sendSteps();
  return stopIfRemoved;
}
