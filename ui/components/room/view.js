// A page's connection to a room: who this browser is, and a word to Python when something has changed.

import { lecturerSecret, participant } from "./identity.js";
import { addressOf, isNews, spaced } from "./news.js";

const listen = (view, { code, hearsAll }, tell) => {
  const wanted = code ? `${code} ${hearsAll}` : "";
  if (view.listensTo === wanted) return;
  view.listensTo = wanted;
  view.source?.close();
  if (!wanted) return;
  view.seen = null;
  view.source = new EventSource(addressOf(code, location.pathname));
  view.source.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    const isFirst = view.seen === null;
    const changed = !isFirst && isNews(message, view.seen, hearsAll);
    view.seen = message;
    // The first message may be older than what the page shows, or newer after a lost connection.
    if (changed || (isFirst && message.state !== view.shown)) tell();
  };
  view.source.addEventListener("ended", () => {
    view.source.close();
    tell();
  });
};

export default function ({ data, parentElement: root, setStateValue, setTriggerValue }) {
  const view = (root.__view ??= { count: 0 });
  view.shown = data.state;
  const who = [participant(localStorage, crypto), lecturerSecret(localStorage, data.code, data.secret)];
  if (who.join() !== [data.participant, data.secret].join()) setStateValue("who", who);
  view.tell ??= spaced(() => setTriggerValue("news", (view.count += 1)));
  listen(view, data, view.tell);
  const container = root.host?.closest('[data-testid="stElementContainer"]');
  if (container) container.style.display = "none";
  root.querySelector(".root").dataset.ready = "true";
  return () => {
    if (root.host?.isConnected ?? true) return;
    view.source?.close();
    view.listensTo = "";
  };
}
