// The size of the desk: as high as the pane of the notebook that it is in, and whether it is narrow or out of view.

/** JupyterLab leaves 1098 pixels of a window of 1280 to an output. */
const NARROW_PIXELS = 1080;
/** Two documents side by side need as much to be read without asking for them. */
const WIDE_PIXELS = 1200;
const LEAST_PIXELS = 320;
const MOST_PIXELS = 1000;
/** What stays of the pane around the desk. */
const MARGIN_PIXELS = 16;
const PANES = ".jp-WindowedPanel-outer, .jp-Notebook, .jp-LinkedOutputView";

export class PaneSize {
  /**
   * @param {HTMLElement} root
   * @param {Object} listeners
   * @param {(isNarrow: boolean, isWide: boolean) => void} listeners.onWidth
   * @param {(isInView: boolean) => void} listeners.onView
   */
  constructor(root, { onWidth, onView }) {
    this.root = root;
    this.pane = null;
    this.isOnScreen = true;
    this.onView = onView;
    this.fit = this.fit.bind(this);
    this.look = this.look.bind(this);
    this.widths = new ResizeObserver(() =>
      this.fitWidth(onWidth),
    );
    this.widths.observe(root);
    this.heights = new ResizeObserver(this.fit);
    this.crossings = new IntersectionObserver(([entry]) => {
      this.isOnScreen = entry.isIntersecting;
      this.look();
    });
    this.crossings.observe(root);
    window.addEventListener("resize", this.fit);
    document.addEventListener("visibilitychange", this.look);
    this.fit();
  }

  close() {
    this.widths.disconnect();
    this.heights.disconnect();
    this.crossings.disconnect();
    window.removeEventListener("resize", this.fit);
    document.removeEventListener("visibilitychange", this.look);
  }

  fitWidth(onWidth) {
    this.findPane();
    onWidth(this.root.clientWidth < NARROW_PIXELS, this.root.clientWidth >= WIDE_PIXELS);
  }

  /** The desk is made before it is put into the notebook: its pane is known when it first has a size. */
  findPane() {
    const pane = this.root.closest(PANES);
    if (!pane || pane === this.pane) return;
    if (this.pane) this.heights.unobserve(this.pane);
    this.pane = pane;
    this.heights.observe(pane);
    this.fit();
    if (this.root.contains(document.activeElement)) this.root.scrollIntoView({ block: "center" });
  }

  fit() {
    const height = (this.pane?.clientHeight || window.innerHeight) - MARGIN_PIXELS;
    this.root.style.height = `${Math.min(Math.max(LEAST_PIXELS, height), MOST_PIXELS)}px`;
  }

  look() {
    this.onView(this.isOnScreen && document.visibilityState === "visible");
  }
}
