// Drawing when something has changed, at most once a frame.

// Draws now, on `view.loop.schedule()`, and when the size changes. Returns what Streamlit calls at the end; as it also
// calls it for a superseded message, only a component that has left the page is taken down.
export const drawOnDemand = (root, view, draw) => {
  const present = () => root.host?.isConnected ?? true;
  view.draw = draw;
  view.loop ??= {
    request: 0,
    schedule() {
      this.request ||= requestAnimationFrame((now) => {
        this.request = 0;
        if (present()) view.draw(now);
      });
    },
    stop() {
      cancelAnimationFrame(this.request);
      this.request = 0;
    },
  };
  view.observer ??= new ResizeObserver(() => view.loop.schedule());
  view.observer.observe(root.querySelector(".root"));
  view.loop.schedule();
  return () => {
    if (!present()) {
      view.loop.stop();
      view.observer?.disconnect();
      view.observer = null;
    }
  };
};

// The epoch, from 1 to count, that a replay of so many seconds has reached. A frame may have begun before the press
// that it follows: the time that has passed is then below 0.
export const replayedEpoch = (milliseconds, seconds, count) =>
  Math.min(count, Math.max(1, Math.floor((milliseconds / (1000 * seconds)) * count) + 1));

// How much of a curve of so many epochs is drawn while it grows over some seconds.
export const grownEpochs = (milliseconds, seconds, count) =>
  Math.min(count, Math.max(0, (count * milliseconds) / (1000 * seconds)));
