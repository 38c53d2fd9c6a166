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
