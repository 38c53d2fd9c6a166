// A presenter's keys, wherever on the page the focus is: nothing to see. Python hears of each step.

const STEPS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };

// What does something of its own with these keys; a tick box does not.
const TAKES_KEYS = ["input:not([type=checkbox])", "textarea", "select", '[contenteditable]:not([contenteditable="false"])',
  ...["slider", "spinbutton", "textbox", "combobox", "listbox", "radiogroup", "tablist", "menu", "grid"].map((role) => `[role="${role}"]`)].join();

// The path leads into the components' own documents, where document.activeElement does not.
const isTaken = (event) => event.defaultPrevented || event.isComposing || event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey
  || event.composedPath().some((node) => node.matches?.(TAKES_KEYS));

export default function ({ parentElement: root, data: heard, setTriggerValue }) {
  // Streamlit keeps the last of triggers that come in quick succession: each tells the sum of all steps since this element was made.
  const view = (root.__view ??= { made: crypto.getRandomValues(new Uint32Array(1))[0], sum: 0 });
  const tell = () => setTriggerValue("step", [view.made, view.sum]);
  const leave = () => { if (!(root.host?.isConnected ?? true)) view.listening.abort(); };
  view.listening?.abort();
  view.listening = new AbortController();
  document.addEventListener("keydown", (event) => {
    leave();
    if (view.listening.signal.aborted || isTaken(event)) return;
    if (event.key === "Escape") document.querySelector(".st-key-leave_presenter button")?.click();
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    view.sum += STEPS[event.key];
    tell();
  }, { signal: view.listening.signal });
  // Streamlit leaves a gap below every element, seen or not.
  const place = root.host?.closest('[data-testid="stElementContainer"]');
  if (place) place.style.display = "none";
  root.querySelector(".root").dataset.ready = "true";
  // A step that was lost on the way is told again.
  if (view.sum !== (heard.made === view.made ? heard.sum : 0)) tell();
  return leave;
}
