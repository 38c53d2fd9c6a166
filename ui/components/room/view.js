// A page's connection to a room: who this browser is, and a word to Python when something has changed.

import { loadAhead } from "../lib/ahead.js";
import { lecturerSecret, participant, storageOf } from "./identity.js";
import { addressOf, ANSWER_PAUSE, FIRST_PAUSE, isBehind, isNews, pauseAfter, spaced, whenIdle } from "./news.js";

const close = (view) => {
  clearTimeout(view.later);
  view.source?.close();
  view.source = null;
};

// A browser gives all tabs of a server six connections: those that nobody sees do without.
const open = (view) => {
  close(view);
  if (!view.code || document.hidden) return;
  const source = new EventSource(addressOf(view.code, location.pathname, view.everyChange));
  view.source = source;
  source.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    view.seen = message;
    view.refusals = 0;
    if (isNews(message, view.shown, view.everyChange)) view.tell();
  };
  source.addEventListener("ended", () => {
    close(view);
    view.seen = null;
    view.tell();
  });
  // The browser itself comes back to a lost connection, but not to a refused one.
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED || view.source !== source) return;
    view.refusals += 1;
    view.seen = null;
    if (view.refusals === 1) view.tell();
    view.later = setTimeout(() => open(view), pauseAfter(view.refusals));
  };
};

const isRunning = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "running";

// Meanwhile the page may have been redrawn for another reason. After the end of a stream it is asked for in any case.
const isOutOfDate = (view) => view.seen === null || isNews(view.seen, view.shown, view.everyChange);

// While a page changes to another one, Streamlit may skip what a part of it is asked for.
const askAgainIfBehind = (view, pause) => {
  clearTimeout(view.again);
  if (isBehind(view.shown, view.seen, view.everyChange)) view.again = setTimeout(view.tell, pause);
};

const listen = (view, { code, everyChange }) => {
  if (view.code === code && view.everyChange === everyChange) return;
  Object.assign(view, { code, everyChange, seen: null, refusals: 0 });
  open(view);
};

export default function ({ data, parentElement: root, setStateValue, setTriggerValue }) {
  const view = (root.__view ??= { count: 0 });
  view.shown = { state: data.state, version: data.version };
  const storage = storageOf(window);
  const who = [participant(storage, crypto, data.participant), lecturerSecret(storage, data.code, data.secret)];
  if (who.join() !== [data.participant, data.secret].join()) setStateValue("who", who);
  // The lecturer's page is redrawn at once; those of a class wait for their turns, which the server tells by this name.
  const ask = () => {
    if (!isOutOfDate(view)) return;
    setTriggerValue(view.everyChange ? "votes" : "news", (view.count += 1));
    askAgainIfBehind(view, ANSWER_PAUSE);
  };
  view.tell ??= spaced(() => whenIdle(ask, isRunning));
  if (!view.lookUp) {
    view.lookUp = () => open(view);
    document.addEventListener("visibilitychange", view.lookUp);
  }
  listen(view, data);
  loadAhead(data.scripts, true);
  askAgainIfBehind(view, FIRST_PAUSE);
  const container = root.host?.closest('[data-testid="stElementContainer"]');
  if (container) container.style.display = "none";
  root.querySelector(".root").dataset.ready = "true";
  return () => {
    if (root.host?.isConnected ?? true) return;
    close(view);
    clearTimeout(view.again);
    document.removeEventListener("visibilitychange", view.lookUp);
    view.lookUp = null;
    view.code = "";
  };
}
