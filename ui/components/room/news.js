// What a room's server sends: small messages, each with the state of the room and the number of its changes.

const SHORTEST_PAUSE = 400;
export const FIRST_PAUSE = 1000;
// A class that goes to another step together is redrawn within a few seconds.
export const ANSWER_PAUSE = 4000;
const TROUBLE = "trouble";
const LONGEST_PAUSE = 30_000;

// The app may be served below a path of its own: a page's address ends with its name.
// The pages of students need not hear of each vote.
export const addressOf = (code, pathname, everyChange) =>
  `${pathname.replace(/[^/]*$/, "")}room/${code}/news${everyChange ? "?of=everything" : ""}`;

// Whether a page that shows all changes, or only those that the lecturer makes, is out of date. It may be newer than
// the message: a lecturer's own press has redrawn it. A message without a version tells of trouble.
export const isNews = (message, shown, everyChange) => {
  if (message.version && message.version <= shown.version) return false;
  return message.state !== shown.state || (everyChange && message.version !== shown.version);
};

const SHORTEST_LOOK = 50;
const MOST_LOOKS = 60;

// Calls `act` once no script of the page runs, or after three seconds: while the page changes to another one, Streamlit
// may lose what is drawn if a part of it is asked for.
export const whenIdle = (act, isRunning, later = setTimeout, looks = MOST_LOOKS) => {
  if (looks > 0 && isRunning()) later(() => whenIdle(act, isRunning, later, looks - 1), SHORTEST_LOOK);
  else act();
};

// Whether a page has missed news: it could not reach its room when it was drawn, or what it asked for was lost.
export const isBehind = (shown, seen, everyChange) =>
  seen !== null && seen.state !== TROUBLE && isNews(seen, shown, everyChange);

// How long to wait before the stream is asked for again that a server, or a proxy without one, has refused.
export const pauseAfter = (refusals) => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (refusals - 1));

// Calls `act` at once, then at most every 400 ms, and never forgets the last call.
export const spaced = (act, now = () => performance.now(), later = setTimeout) => {
  let last = -Infinity;
  let waiting = false;
  const run = () => {
    waiting = false;
    last = now();
    act();
  };
  return () => {
    if (waiting) return;
    const pause = last + SHORTEST_PAUSE - now();
    if (pause <= 0) {
      run();
      return;
    }
    waiting = true;
    later(run, pause);
  };
};
