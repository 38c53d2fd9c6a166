// What a room's server sends: small messages, each with the state of the room and the number of its changes.

const SHORTEST_PAUSE = 400;
export const FIRST_PAUSE = 1000;
const TROUBLE = "trouble";
const LONGEST_PAUSE = 30_000;

// The app may be served below a path of its own: a page's address ends with its name.
// The pages of students need not hear of each vote.
export const addressOf = (code, pathname, hearsAll) =>
  `${pathname.replace(/[^/]*$/, "")}room/${code}/news${hearsAll ? "?of=everything" : ""}`;

// Whether a page that shows all changes, or only those of the question and of the class's settings, is out of date.
export const isNews = (message, seen, hearsAll) =>
  message.state !== seen.state || (hearsAll && message.version !== seen.version);

// Whether a page could not reach its room when it was drawn, though the stream could: no further news would redraw it.
export const isLost = (shown, seen) => shown === TROUBLE && seen !== null && seen.state !== TROUBLE;

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
